"""What the two controllers of a domain need to find each other.

    replication.py DIR name         gives the first controller the name by which others ask it for changes
    replication.py DIR guids FILE   writes how each controller is called in DNS, in their order
    replication.py DIR settled      waits until this controller knows from whom to take changes, and whom to tell
"""

import sys
import time

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

folder, task, *file = sys.argv[1:]
settings = LoadParm()
settings.load(folder + "/etc/smb.conf")
sam = SamDB(url=folder + "/private/sam.ldb", session_info=system_session(), lp=settings)

if task == "name":
    # The service principal name of replication [MS-DRSR 2.2.3.2]; `samba_dnsupdate` would add it with the DNS.
    message = ldb.Message(ldb.Dn(sam, "CN=DC1,OU=Domain Controllers," + str(sam.domain_dn())))
    name = "E3514235-4B06-11D1-AB04-00C04FC2DCD2/%s/corp.example.com" % sam.get_ntds_GUID()
    message["servicePrincipalName"] = ldb.MessageElement([name], ldb.FLAG_MOD_ADD, "servicePrincipalName")
    sam.modify(message)
elif task == "guids":
    found = sam.search(base=sam.get_config_basedn(), expression="(objectClass=nTDSDSA)", attrs=["objectGUID"])
    with open(file[0], "w") as out:
        for entry in sorted(found, key=lambda entry: str(entry.dn)):
            out.write(sam.schema_format_value("objectGUID", entry["objectGUID"][0]).decode() + "\n")
else:
    parts = [sam.domain_dn(), sam.get_config_basedn(), sam.get_schema_basedn()]
    wanted = ["repsFrom", "repsTo"]
    while not all(set(wanted) <= set(sam.search(part, ldb.SCOPE_BASE, attrs=wanted)[0].keys()) for part in parts):
        time.sleep(0.2)
