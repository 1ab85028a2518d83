# SPDX-License-Identifier: Apache-2.0
"""The computer: disk 1 with Windows' Users folder (GPT), disk 2 with documents (MBR); both NTFS."""

import os
import subprocess

import browser
import disk
import metamask
import scene

PROFILE = "/Users/desk41/AppData/Local/Google/Chrome/User Data/Default"


def disk_1_tree(work, program, key, pictures):
    history = os.path.join(work, "History")
    browser.write(history)
    browser.expect(key, "pc-1-disk-1", PROFILE + "/History")
    with open(history, "rb") as file:
        tree = {PROFILE + "/History": file.read()}
    store = f"{PROFILE}/Local Extension Settings/{metamask.EXTENSION}"
    files = metamask.write(os.path.join(work, "metamask"), program, key, "pc-1-disk-1", store)
    tree.update({f"{store}/{name}": content for name, content in files.items()})
    tree["/Users/desk41/Pictures/chart.png"] = pictures["chart"]
    tree["/Users/desk41/Desktop/排班表.txt"] = "周一 小吴 夜班\r\n周二 Kevin 夜班\r\n".encode()
    return tree


def disk_2_tree():
    """Documents in which every address of the scene stands; no reader of plain documents is expected."""
    rows = ["client,chain,address,amount"]
    rows += [f"{number},{chain},{address},{number * 500}"
             for number, (address, chain, _, _) in enumerate(scene.ADDRESSES, 41)]
    rows.append(f"99,tron,{scene.TRON_NEAR_MISS},0")
    script = ("Day 1: good morning, weather, garden.\r\nDay 9: mention the uncle and his desk.\r\n"
              "Day 14: small deposit, let them withdraw once.\r\n")
    return {
        "/客户资料/clients.csv": "\r\n".join(rows).encode() + b"\r\n",
        "/客户资料/话术-第3版.txt": script.encode(),
        "/notes.txt": f"reserve {scene.BITCOIN_TAPROOT}, shared {scene.BITCOIN_SCRIPT}\r\n".encode(),
    }


def make_ntfs(path, tree, mebibytes, label, program):
    """An NTFS volume holding `tree`. mkntfs gives it a random serial number and the time of day."""
    with open(path, "wb") as file:
        file.truncate(mebibytes << 20)
    disk.run(["mkntfs", "-F", "-Q", "-q", "-L", label, "-s", "512", "-p", "2048", "-H", "255", "-S", "63", path])
    sources, lines = path + ".sources", []
    os.makedirs(sources)
    for number, (name, content) in enumerate(sorted(tree.items())):
        source = os.path.join(sources, str(number))
        with open(source, "wb") as file:
            file.write(content)
        lines.append(f"{name}\t{source}\n")
    file_list = os.path.join(sources, "list")
    with open(file_list, "w", encoding="utf-8") as file:
        file.writelines(lines)
    subprocess.run([program, "ntfs", path, file_list, str(int(scene.BUILD_TIME))], check=True)


def write_images(out, work, program, key, pictures):
    system, documents = os.path.join(work, "system.ntfs"), os.path.join(work, "documents.ntfs")
    make_ntfs(system, disk_1_tree(work, program, key, pictures), 12, "Windows", program)
    make_ntfs(documents, disk_2_tree(), 8, "DATA", program)
    disk.make_gpt_disk(os.path.join(out, "pc-1-disk-1.img"), "pc-1-disk-1",
                       [(system, disk.WINDOWS_DATA, "Basic data partition")])
    disk.make_mbr_disk(os.path.join(out, "pc-1-disk-2.img"), documents, 0x07)
