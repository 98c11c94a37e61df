import re
from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, TelegramSettings, read_env_file


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

    assert named == set(re.findall(r'"(DANHOI_[A-Z_]*[A-Z])"', code))


def test_a_door_is_shut_until_one_of_its_variables_is_set():
    settings = Settings.from_environ({"DANHOI_TELEGRAM_TOKEN": "1:x"})

    assert settings.telegram == TelegramSettings(token="1:x")
    assert settings.zalo_bot is None
    assert settings.zalo_oa is None


def test_all_that_the_doors_lack_is_reported_at_once():
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ(
            {
                "DANHOI_TELEGRAM_MODE": "webhook",
                "DANHOI_ZALO_BOT_TOKEN": "2:y",
                "DANHOI_ZALO_BOT_SECRET": "ngắn",
                "DANHOI_ZALO_OA_APP_ID": "3",
                "DANHOI_PORT": "99999",
            }
        )

    for name in (
        "thiếu DANHOI_TELEGRAM_TOKEN",
        "thiếu DANHOI_TELEGRAM_SECRET",
        "DANHOI_ZALO_BOT_SECRET phải dài 16 đến 256 ký tự",
        "thiếu DANHOI_ZALO_OA_APP_SECRET",
        "thiếu DANHOI_ZALO_OA_SECRET",
        "thiếu DANHOI_ZALO_OA_REFRESH_TOKEN",
        "thiếu DANHOI_PUBLIC_URL",
        "DANHOI_PORT=99999 phải là số nguyên từ 0 đến 65535",
    ):
        assert name in str(refused.value)


def test_no_secret_is_seen_in_the_settings_or_in_what_is_wrong_with_them():
    environ = {
        "DANHOI_TELEGRAM_TOKEN": "canary-1",
        "DANHOI_TELEGRAM_SECRET": "canary-2",
        "DANHOI_TELEGRAM_MODE": "webhook",
        "DANHOI_ZALO_BOT_TOKEN": "canary-3",
        "DANHOI_ZALO_BOT_SECRET": "canary-4-long-enough",
        "DANHOI_ZALO_OA_APP_ID": "4",
        "DANHOI_ZALO_OA_APP_SECRET": "canary-5",
        "DANHOI_ZALO_OA_SECRET": "canary-6",
        "DANHOI_ZALO_OA_REFRESH_TOKEN": "canary-7",
        "DANHOI_METRICS_TOKEN": "canary-8",
    }
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ(environ)
    whole = Settings.from_environ(
        environ | {"DANHOI_TELEGRAM_SECRET": "canary-2-long-enough", "DANHOI_PUBLIC_URL": "https://x.vn"}
    )

    assert "canary" not in str(refused.value)
    assert "canary" not in repr(whole)
    assert len(whole.secrets) == 8
