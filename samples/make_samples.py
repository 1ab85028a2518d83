# SPDX-License-Identifier: Apache-2.0
"""Makes the fictional scene from nothing: make_samples.py OUT_DIR PROGRAM (see README.md)."""

import json
import os
import shutil
import sys

import computer
import hostile
import phone
import scene
from answer_key import AnswerKey
from pictures import all_pictures


def main(out, program):
    work = os.path.join(out, ".work")
    shutil.rmtree(work, ignore_errors=True)  # of a run that was cut off
    os.makedirs(work)
    key, pictures = AnswerKey(), all_pictures()
    tree = phone.phone_1(work, key, pictures)
    phone.write_image(os.path.join(out, "phone-1.img"), tree, 24, "phone-1")
    phone.write_tar(os.path.join(out, "phone-1-ffs.tar"), tree)
    phone.write_image(os.path.join(out, "phone-2.img"), phone.phone_2(work, key), 16, "phone-2")
    computer.write_images(out, work, os.path.abspath(program), key, pictures)
    hostile.make_all(out, work)
    key.write(os.path.join(out, "answer-key.jsonl"))
    with open(os.path.join(out, "scene.json"), "w", encoding="utf-8") as file:
        json.dump({"case": scene.CASE, "exhibits": scene.EXHIBITS}, file, ensure_ascii=False, indent=2)
        file.write("\n")
    shutil.rmtree(work)


if __name__ == "__main__":
    main(*sys.argv[1:3])
