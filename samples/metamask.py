# SPDX-License-Identifier: Apache-2.0
"""MetaMask's store in Chrome: five versions of its state, of which the last is live. The first three end up
in a table file, as after a restart of the browser; the others stand in the log.

State: MetaMask/metamask-extension (controllers by name); vault: MetaMask/browser-passworder, AES-256-GCM
under PBKDF2-HMAC-SHA-256, 10 000 iterations where none are stated.
"""

import base64
import copy
import hashlib
import json
import os
import subprocess
from functools import partial

import aes_gcm
import coins
from scene import ETHEREUM_DEPOSIT, ETHEREUM_PAYOUT, at

EXTENSION = "nkbihfbeogaeaoehlefnkodbefgpgknn"
PASSWORDS = {"old vault": "sample-old-password", "new vault": "sample-new-password"}
_DEFAULT_ITERATIONS, _NEW_ITERATIONS = 10_000, 600_000
_FIRST, _SECOND = coins.ethereum_lower("wallet account one"), coins.ethereum_lower("wallet account two")
_OLD_PAYEE = coins.ethereum("wallet payee that was removed")
_SITE = "https://aurora-bullion.example"
_INSTALLED, _VERSION = at("09-20 03:11"), "12.4.1"
_HASH = "0x" + coins.payload_of("transaction one", 32).hex()


def _vault(name, iterations, stated):
    """Its words are no valid mnemonic: they open nothing."""
    salt, nonce = coins.payload_of("salt of " + name, 32), coins.payload_of("nonce of " + name, 16)
    words = "holdfast sample words of " + name + " that open no wallet"
    keyrings = [{"type": "HD Key Tree", "data": {"mnemonic": list(words.encode()), "numberOfAccounts": 1,
                                                 "hdPath": "m/44'/60'/0'/0"}}]
    key = hashlib.pbkdf2_hmac("sha256", PASSWORDS[name].encode(), salt, iterations, 32)
    data = aes_gcm.encrypt(key, nonce, json.dumps(keyrings).encode())
    vault = {"data": _base64(data), "iv": _base64(nonce), "salt": _base64(salt)}
    if stated:
        vault["keyMetadata"] = {"algorithm": "PBKDF2", "params": {"iterations": iterations}}
    return json.dumps(vault, separators=(",", ":")), len(data)


def _base64(data):
    return base64.b64encode(data).decode()


def _account(number, address, name, keyring, imported):
    return {f"0000000{number}-5a5a-4a4a-8a8a-00000000000{number}": {
        "address": address, "id": f"0000000{number}-5a5a-4a4a-8a8a-00000000000{number}", "type": "eip155:eoa",
        "metadata": {"name": name, "importTime": imported.ms, "keyring": {"type": keyring}}}}


def _payee(address, name, memo=""):
    return {address: {"address": address, "name": name, "chainId": "0x1", "memo": memo, "isEns": False}}


def _states(old_vault, new_vault):
    """The five versions, oldest first."""
    first = {
        "firstTimeInfo": {"date": _INSTALLED.ms, "version": _VERSION},
        "KeyringController": {"vault": old_vault},
        "AccountsController": {"internalAccounts": {
            "accounts": _account(1, _FIRST, "Account 1", "HD Key Tree", at("09-20 03:12")),
            "selectedAccount": "00000001-5a5a-4a4a-8a8a-000000000001"}},
        "PreferencesController": {"selectedAddress": _FIRST, "identities": {_FIRST: {"address": _FIRST,
                                                                                  "name": "Account 1"}}},
        "AddressBookController": {"addressBook": {}},
        "PermissionController": {"subjects": {}},
        "TransactionController": {"transactions": []},
    }
    second = copy.deepcopy(first)
    second["AddressBookController"]["addressBook"] = {"0x1": {**_payee(_OLD_PAYEE, "old desk"),
                                                             **_payee(ETHEREUM_DEPOSIT, "平台充值", "only this one")}}
    third = copy.deepcopy(second)
    third["PermissionController"]["subjects"] = {_SITE: {"origin": _SITE, "permissions": {"eth_accounts": {
        "id": "sample-grant", "parentCapability": "eth_accounts", "invoker": _SITE, "date": at("09-22 05:00").ms,
        "caveats": [{"type": "restrictReturnedAccounts", "value": [_FIRST]}]}}}}
    fourth = copy.deepcopy(third)
    fourth["KeyringController"]["vault"] = new_vault
    del fourth["AddressBookController"]["addressBook"]["0x1"][_OLD_PAYEE]
    accounts = fourth["AccountsController"]["internalAccounts"]["accounts"]
    accounts.update(_account(2, _SECOND, "Account 2", "Simple Key Pair", at("10-25 04:00")))
    fifth = copy.deepcopy(fourth)
    accounts = fifth["AccountsController"]["internalAccounts"]["accounts"]
    accounts.update(_account(2, _SECOND, "payouts 3F", "Simple Key Pair", at("10-25 04:00")))
    fifth["AccountTracker"] = {"accounts": {_FIRST: {"address": _FIRST, "balance": "0x6f05b59d3b20000"}}}
    fifth["TransactionController"]["transactions"] = [{
        "id": "00000000-aaaa-11ee-8000-000000000001", "hash": _HASH, "chainId": "0x1", "status": "confirmed",
        "origin": _SITE, "time": at("10-30 06:15").ms, "type": "simpleSend",
        "txParams": {"from": _FIRST, "to": ETHEREUM_PAYOUT, "value": "0x6f05b59d3b20000", "gas": "0x5208"}}]
    return [first, second, third, fourth, fifth]


def write(folder, program, key, exhibit, tree_folder):
    """Makes the store in `folder`; its files are to stand in `tree_folder`. Returns {name: content}."""
    old_vault, old_bytes = _vault("old vault", _DEFAULT_ITERATIONS, False)
    new_vault, new_bytes = _vault("new vault", _NEW_ITERATIONS, True)
    os.makedirs(folder)
    commands = ["open"]
    for number, state in enumerate(_states(old_vault, new_vault), 1):
        value = os.path.join(folder, f"state-{number}")
        with open(value, "w", encoding="utf-8") as file:
            json.dump(state, file, ensure_ascii=False, separators=(",", ":"))
        commands += [f"put data {value}"] + (["open"] if number == 3 else [])
    script = os.path.join(folder, "commands")
    with open(script, "w", encoding="utf-8") as file:
        file.write("\n".join(commands) + "\n")
    store = os.path.join(folder, "store")
    subprocess.run([program, "leveldb", store, script], check=True)
    files = {}
    for name in sorted(os.listdir(store)):
        with open(os.path.join(store, name), "rb") as file:
            files[name] = file.read()
    _expect(key, exhibit, tree_folder, sorted(files), old_bytes, new_bytes)
    return files


def _expect(key, exhibit, folder, names, old_bytes, new_bytes):
    log = folder + "/" + next(name for name in names if name.endswith(".log"))
    table = folder + "/" + next(name for name in names if name.endswith(".ldb"))
    live = partial(key.add, exhibit, log, app="metamask")
    live("account", created=_INSTALLED, app_version=_VERSION)
    live("wallet", address=_FIRST, name="Account 1", keyring="HD Key Tree", selected=True,
         imported=at("09-20 03:12"), balance="0x6f05b59d3b20000", profile="Default")
    live("wallet", address=_SECOND, name="payouts 3F", keyring="Simple Key Pair", selected=False,
         imported=at("10-25 04:00"), profile="Default")
    live("wallet_vault", cipher="aes-256-gcm", iterations=_NEW_ITERATIONS, iterations_stated=True, salt_bytes=32,
         data_bytes=new_bytes, current=True)
    live("contact", name="平台充值", identifiers=[ETHEREUM_DEPOSIT], note="only this one")
    live("transaction", hash=_HASH, chain="0x1", to=ETHEREUM_PAYOUT, value="0x6f05b59d3b20000",
         status="confirmed", origin=_SITE, time=at("10-30 06:15"), **{"from": _FIRST})
    live("site_grant", origin=_SITE, permission="eth_accounts", accounts=[_FIRST], time=at("09-22 05:00"))
    key.add(exhibit, log, "wallet", state="recovered", app="metamask", address=_SECOND, name="Account 2")
    key.add(exhibit, table, "wallet_vault", state="recovered", app="metamask", cipher="aes-256-gcm",
            iterations=_DEFAULT_ITERATIONS, iterations_stated=False, salt_bytes=32, data_bytes=old_bytes,
            current=False)
    key.add(exhibit, table, "contact", state="recovered", app="metamask", name="old desk",
            identifiers=[_OLD_PAYEE])
