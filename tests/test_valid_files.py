"""Every file of the sample set, and of a draft, is valid by the word of programs that are not ours.

Word files: the Open XML SDK. PDF files: a validator of PDF/UA-1 and PDF/A-2a, and qpdf.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.programs import program

pytestmark = pytest.mark.slow
SETS = pytest.mark.parametrize("which", ["sample_set", "draft_set"])


@pytest.fixture
def files(request, which, tmp_path) -> dict[str, list[Path]]:
    """Return the written files of a set, by their ending."""
    by_ending: dict[str, list[Path]] = {}
    for name, data in request.getfixturevalue(which).files:
        file = tmp_path / name
        file.write_bytes(data)
        by_ending.setdefault(file.suffix, []).append(file)
    assert len(by_ending[".docx"]) == len(by_ending[".pdf"]) >= 2
    return by_ending


@SETS
def test_the_open_xml_sdk_finds_nothing_in_a_word_file(files):
    validator = program("ooxml-validator", "OOXML_VALIDATOR")
    for file in files[".docx"]:
        done = subprocess.run([validator, str(file)], capture_output=True, text=True, check=False)
        found = json.loads(done.stdout)
        assert found["errors"] == [], file.name
        assert found["ok"] is True


def test_the_open_xml_sdk_finds_what_is_wrong(tmp_path):
    """The check above can fail: a file that is no Word file is told."""
    wrong = tmp_path / "wrong.docx"
    wrong.write_bytes(b"PK\x03\x04 not a package")
    done = subprocess.run([program("ooxml-validator", "OOXML_VALIDATOR"), str(wrong)], capture_output=True, check=False)
    assert done.returncode == 1


@SETS
@pytest.mark.parametrize("standard", ["ua1", "2a"])
def test_a_pdf_meets_the_standards_it_declares(files, standard):
    import page as validation

    for file in files[".pdf"]:
        failures = validation.validate_pdf(str(file), profile=standard).failures
        # Compressed data may end in a carriage return, which that checker takes for the line end after it.
        assert [f for f in failures if not f.rule_id.endswith("STREAM-LENGTH-001")] == [], file.name


@SETS
def test_qpdf_finds_no_fault_in_a_pdf(files):
    for file in files[".pdf"]:
        done = subprocess.run([program("qpdf"), "--check", str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
