from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, read_env_file


def test_without_any_variable_the_state_is_in_var_and_the_model_is_the_built_in_one():
    assert Settings.from_environ({}) == Settings(Path("var"), "builtin", "warning")


def test_an_empty_variable_counts_as_not_set():
    assert Settings.from_environ({"DANHOI_HOME": "", "DANHOI_MODEL": "", "DANHOI_LOG": ""}) == Settings(
        Path("var")
    )


def test_database_and_index_lie_in_the_one_state_folder():
    settings = Settings.from_environ({"DANHOI_HOME": "/srv/danhoi"})

    assert settings.database == Path("/srv/danhoi/danhoi.db")
    assert settings.index_dir == Path("/srv/danhoi/index")


def test_everything_wrong_is_reported_at_once(tmp_path):
    file = tmp_path / "tep"
    file.touch()

    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({"DANHOI_HOME": str(file), "DANHOI_LOG": "ồn"})

    assert str(refused.value) == (
        f"Cấu hình chưa đúng: DANHOI_HOME={file} không phải là thư mục; "
        "DANHOI_LOG=ồn phải là một trong: debug, info, warning, error."
    )


def test_an_env_file_may_hold_comments_quotes_and_export(tmp_path):
    file = tmp_path / ".env"
    file.write_text(
        '# ghi chú\n\nDANHOI_HOME="/srv/dân hỏi"\nexport DANHOI_LOG = info\nX=a=b\n', encoding="utf-8"
    )

    assert read_env_file(file) == {"DANHOI_HOME": "/srv/dân hỏi", "DANHOI_LOG": "info", "X": "a=b"}


def test_no_env_file_gives_no_variables(tmp_path):
    assert read_env_file(tmp_path / ".env") == {}


def test_a_line_without_an_equals_sign_is_named_by_its_number(tmp_path):
    file = tmp_path / ".env"
    file.write_text("DANHOI_LOG=info\nDANHOI_HOME\n", encoding="utf-8")

    with pytest.raises(SettingsError, match="dòng 2: hãy viết TÊN=giá trị"):
        read_env_file(file)


def test_every_variable_of_the_example_file_is_read_and_every_one_read_is_in_it():
    root = Path(__file__).parents[2]
    example = (root / ".env.example").read_text(encoding="utf-8")
    code = (root / "bot" / "settings.py").read_text(encoding="utf-8")

    named = {
        line.removeprefix("# ").split("=")[0] for line in example.splitlines() if line.startswith("# DANHOI_")
    }

    assert named == {
        word.strip('"')
        for word in code.replace("(", " ").replace(")", " ").split()
        if word.startswith('"DANHOI_')
    }
