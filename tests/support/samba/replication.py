"""What the two controllers of a domain need to find each other.

    replication.py DIR name     gives the first controller the name by which others ask it for changes
    replication.py DIR guids    prints how each controller is called in DNS, in their order
"""

import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

folder, task = sys.argv[1:]
settings = LoadParm()
settings.load(folder + "/etc/smb.conf")
sam = SamDB(url=folder + "/private/sam.ldb", session_info=system_session(), lp=settings)

if task == "name":
    # The service principal name of replication [MS-DRSR 2.2.3.2]; `samba_dnsupdate` would add it with the DNS.
    message = ldb.Message(ldb.Dn(sam, "CN=DC1,OU=Domain Controllers," + str(sam.domain_dn())))
    name = "E3514235-4B06-11D1-AB04-00C04FC2DCD2/%s/corp.example.com" % sam.get_ntds_GUID()
    message["servicePrincipalName"] = ldb.MessageElement([name], ldb.FLAG_MOD_ADD, "servicePrincipalName")
    sam.modify(message)
else:
    found = sam.search(base=sam.get_config_basedn(), expression="(objectClass=nTDSDSA)", attrs=["objectGUID"])
    for entry in sorted(found, key=lambda entry: str(entry.dn)):
        print(sam.schema_format_value("objectGUID", entry["objectGUID"][0]).decode())
