"""Makes the domain of the tests: CORP, corp.example.com, with the people of testdata/directory.yaml and some more.

Everybody's password is `Passw0rd.` and their name. `svc-claimsmith` is the service account.
"""

import logging
import sys

import ldb
import samba.dckeytab  # gives Net the export of keys
from samba.auth import system_session
from samba.dcerpc import security
from samba.net import Net
from samba.param import LoadParm
from samba.provision import provision
from samba.samdb import SamDB
from samba.sd_utils import SDUtils

DOMAIN_SID = "S-1-5-21-1004336348-1177238915-682003330"
# groupType: a security group has the highest bit.
GLOBAL, UNIVERSAL, DOMAIN_LOCAL, MAIL_LIST = -2147483646, -2147483640, -2147483644, 2
ENABLED, DISABLED = 512, 514

folder = sys.argv[1]
settings = LoadParm()
settings.load(folder + "/etc/smb.conf")
# Without the ACLs of the shares, which need rights that containers lack.
provision(
    logging.getLogger(),
    system_session(),
    smbconf=folder + "/etc/smb.conf",
    lp=settings,
    realm="corp.example.com",
    domain="CORP",
    hostname="dc1",
    hostip="127.0.0.1",
    domainsid=security.dom_sid(DOMAIN_SID),
    adminpass="Passw0rd.administrator",
    dns_backend="NONE",
    serverrole="active directory domain controller",
    dom_for_fun_level=4,
    skip_sysvolacl=True,
)
sam = SamDB(url=folder + "/private/sam.ldb", session_info=system_session(), lp=settings)
root = str(sam.domain_dn())
people, groups = "OU=People," + root, "OU=Groups," + root


def change(dn, controls=(), **attributes):
    message = ldb.Message(ldb.Dn(sam, dn))
    for name, value in attributes.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    sam.modify(message, list(controls))


def escaped(name):
    return "".join("\\" + c if c in ',+"\\<>;=#' else c for c in name)


def user(login, control=ENABLED, cn=None, password=None, **attributes):
    # The library escapes what must be: a leading `#` or blank, and the signs that part a name.
    dn = ldb.Dn(sam, "CN=x," + people)
    dn.set_component(0, "CN", cn or login)
    dn = str(dn)
    password = '"%s"' % (password or "Passw0rd." + login)
    fields = dict(
        dn=dn,
        objectClass="user",
        sAMAccountName=login,
        userPrincipalName=login + "@corp.example.com",
        userAccountControl=str(control),
        unicodePwd=password.encode("utf-16-le"),
    )
    fields.update(attributes)
    sam.add(fields)
    return dn


def group(name, *members, kind=GLOBAL, login=None):
    dn = "CN=%s,%s" % (escaped(name), groups)
    sam.add(dict(dn=dn, objectClass="group", sAMAccountName=login or name, groupType=str(kind)))
    if members:
        change(dn, member=list(members))
    return dn


sam.transaction_start()
# Passwords last ten years, so that a kept template does not expire; five wrong ones lock an account.
change(
    root,
    maxPwdAge="-3153600000000000",
    minPwdAge="0",
    minPwdLength="1",
    pwdProperties="0",
    lockoutThreshold="5",
    lockoutDuration="-18000000000",
    lockOutObservationWindow="-18000000000",
)
for unit in (people, groups):
    sam.add(dict(dn=unit, objectClass="organizationalUnit"))


def mail(login):
    return login + "@corp.example.com"


alice = user(
    "alice",
    cn="Ålice, Odd (Ext.) *",
    mail=mail("alice"),
    givenName="Alice",
    sn="Liddell",
    department="Engineering",
    proxyAddresses=["SMTP:alice@corp.example.com", "smtp:a.liddell@corp.example.com"],
)
bob, carol = user("bob", mail=mail("bob")), user("carol", mail=mail("carol"))
dave = user("dave", DISABLED, mail=mail("dave"))
erin, frank, grace = user("erin", mail=mail("erin")), user("frank"), user("grace", mail=mail("grace"))
mallory = user(
    "mallory",
    cn='Mallory, "O\\Neil" <#1>; +=',
    mail="mallory <m@x>;&\"']]>@corp.example.com",
    displayName="<!-- Mallory --> & \"Co\" ]]> 'x'",
    description="first line\nsecond line\ttabbed",
    title="Ünïcode 名前 \U0001f600",
    department="*)(objectClass=*",
)
many = user("many", mail=mail("many"))
# Names that people have, and names that nobody should have.
user("zoë", cn="#Zoë ", mail=mail("zoe"))
user("名前", cn=" 名前", userPrincipalName="名前@example.co.jp")
user("party\U0001f389", cn="party\U0001f389", password="Passw0rd.party")
user("twenty.characters.20", userPrincipalName="long.name.of.somebody@example.org")
user("cash$", password="Passw0rd.cash")
user("a#b{c}d%e", cn='a*(b)\\c#;+"=<>', password="Passw0rd.signs", userPrincipalName="o*(d)d@example.org")
user("o'brien (x)&!", mail=mail("obrien"), password="Passw0rd.obrien")
user("svc-claimsmith", ENABLED + 65536)
# The service that browsers get tickets for; 24 is AES only, without it the keys would be RC4.
service = {"servicePrincipalName": ["HTTP/sts.example.com"], "msDS-SupportedEncryptionTypes": "24"}
user("svc-sts", ENABLED + 65536, **service)
crowd = user("crowd", mail=mail("crowd"))
user("locked")
user("mustchange", pwdLastSet="0")
user("expired", accountExpires="132000000000000000")
# No hour of the week is allowed.
user("nohours", logonHours=b"\0" * 21)
# Nobody has the right to change this one's password, with or without the old one.
SDUtils(sam).dacl_add_ace(user("keepspassword"), "(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)")
old = user("oldpassword")
# The control allows a time of choice: the password was set in the year 2000.
change(old, ["local_oid:1.3.6.1.4.1.7165.4.3.20:0"], pwdLastSet="125911584000000000")

engineering = group("Engineering", alice)
platform = group("Platform", engineering)
group("AWS-123456789012-ReadOnly", platform, frank, mallory)
group("AWS-123456789012-Admin", alice, dave)
group("AWS-210987654321-Billing", alice)
for name in ("aws-123456789012-admin-lowercase", "AWS-12345-Short", "XAWS-123456789012-Admin", "AWS-123456789012-"):
    group(name, bob)
group("AWS-123456789012-Two words", bob, login="AWS-123456789012-Two words")
list_ = group("AWS-123456789012-MailList", grace, kind=MAIL_LIST)
group("AWS-123456789012-BehindMail", list_)
group("AWS-123456789012-DomainLocal", grace, kind=DOMAIN_LOCAL)
group("AWS-555555555555-Universal", grace, kind=UNIVERSAL)
one = group("Ring One", grace)
two = group("Ring Two", one)
change(one, member=[grace, two])
for account in range(1, 6):
    for role in ("ReadOnly", "PowerUser", "Admin", "Billing", "Support"):
        group("AWS-%d-%s" % (300000000000 + account, role), erin)
for name in ("Finance", "Payroll", "Travel", "Office Berlin", "Everyone at Work"):
    group(name, erin)
for number in range(300):
    group("AWS-%d-Role%d" % (400000000000 + number, number % 7), many)
# The name by which Kerberos knows the LDAP server; `samba_spnupdate` would add it with the DNS.
spn = ldb.Message(ldb.Dn(sam, "CN=DC1,OU=Domain Controllers," + root))
spn["servicePrincipalName"] = ldb.MessageElement(
    ["ldap/dc1.corp.example.com"], ldb.FLAG_MOD_ADD, "servicePrincipalName"
)
sam.modify(spn)

# With these and the primary group, 1,000 groups, and a ticket that is as large.
for number in range(998):
    group("Crowd %d" % number, crowd)
group("AWS-123456789012-Crowd", crowd)
sam.transaction_commit()

keys = Net(None, settings)
keys.export_keytab(keytab=folder + "/sts.keytab", principal="HTTP/sts.example.com")
keys.export_keytab(keytab=folder + "/svc-claimsmith.keytab", principal="svc-claimsmith")
