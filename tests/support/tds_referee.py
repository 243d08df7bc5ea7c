"""Asks a SQL Server by python-tds, and writes down what it says: rows, types and errors, as JSON."""

import json
import sys

import pytds

asked = json.load(sys.stdin)


def connect():
    # It checks the authority. For the name it needs an older pyOpenSSL.
    return pytds.connect(
        dsn=asked["host"], port=asked["port"], database=asked["database"], user=asked["user"],
        password=asked["password"], cafile=asked["ca_file"], validate_host=False, autocommit=True)


def rows(connection, text, values=()):
    with connection.cursor() as cursor:
        cursor.execute(text, tuple(values))
        return [[None if cell is None else str(cell) for cell in row] for row in cursor.fetchall()]


answers = []
with connect() as connection:
    for text, values in asked["queries"]:
        try:
            answers.append(rows(connection, text, values))
        except pytds.Error as error:
            answers.append({"number": getattr(error, "msg_no", None), "message": str(error)})
try:
    asked["password"] = "wrong"
    connect()
    refused = None
except pytds.Error as error:
    refused = str(error)
json.dump({"answers": answers, "refused": refused}, sys.stdout)
