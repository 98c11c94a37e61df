"""The public page over HTTP, with the real answerer behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.web.asking import Busy, StoreDown
from bot.web.session import Sessions
from handlers import messages, messages_doors
from handlers.answers import Question
from tests.composing_samples import HOTLINE, OFFICE, procedure
from tests.fakes_handlers import TODAY, FakeSearcher
from tests.fakes_web import ORIGIN, WebEngine, web_app, web_engine

BEES = procedure()
BIRDS = procedure(code="9.000124", title="Đăng ký nuôi chim yến")
FROM_HERE = {"origin": ORIGIN}
SCRIPT = FROM_HERE | {"x-requested-with": "danhoi"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WebEngine]:
    with web_engine(FakeSearcher([BEES, BIRDS, OFFICE, HOTLINE]), tmp_path / "web.db", TODAY) as engine:
        yield engine


@pytest.fixture
def client(engine: WebEngine) -> Iterator[TestClient]:
    with TestClient(web_app(engine), follow_redirects=False) as client:
        yield client


def nonce(html: str) -> str:
    found = re.search(r'name="ma" value="([^"]+)"', html)
    assert found
    return found[1]


def ask(client: TestClient, text: str = "", *, press: str = "", headers=FROM_HERE, **more: str):
    fields = {"ma": nonce(client.get("/").text), "hoi": text, "press": press} | more
    return client.post("/hoi", data=fields, headers=headers)


def test_a_question_is_answered_by_going_back_to_the_page(client):
    asked = ask(client, "đăng ký nuôi ong cần giấy tờ gì")

    assert (asked.status_code, asked.headers["location"]) == (303, "/#moi")
    page = client.get("/").text
    assert "đăng ký nuôi ong cần giấy tờ gì" in page
    assert "<h3>Giấy tờ cần có</h3>" in page
    assert "<li>Tờ khai nuôi ong theo mẫu" in page


def test_a_script_gets_only_the_new_piece(client):
    ask(client, "đăng ký nuôi ong cần giấy tờ gì")
    piece = ask(client, "thế phí thì sao", headers=SCRIPT, sau="1")

    assert piece.status_code == 200
    assert piece.text.count('class="exchange"') == 1
    assert "<html" not in piece.text
    assert "30.000 đồng" in piece.text


def test_a_second_try_of_the_same_sending_asks_nothing_twice(client, engine):
    page = client.get("/").text
    fields = {"ma": nonce(page), "hoi": "đăng ký nuôi ong mất bao lâu"}
    first = client.post("/hoi", data=fields, headers=SCRIPT)
    again = client.post("/hoi", data=fields, headers=SCRIPT)

    assert engine.asked == ["đăng ký nuôi ong mất bao lâu"]
    assert again.text == first.text


def test_an_old_nonce_under_another_question_is_another_question(client, engine):
    page = client.get("/").text
    for text in ("đăng ký nuôi ong mất bao lâu", "đăng ký nuôi chim yến mất bao lâu"):
        client.post("/hoi", data={"ma": nonce(page), "hoi": text}, headers=FROM_HERE)

    assert len(engine.asked) == 2


def test_a_question_that_is_being_answered_is_asked_for_again(client, engine):
    async def still_answering(*_: object) -> None:
        return None

    engine.ask = still_answering

    assert ask(client, "đăng ký nuôi ong", headers=SCRIPT).status_code == 202


def test_a_choice_is_a_button_and_its_answer_shows_what_was_chosen(client):
    ask(client, "đăng ký nuôi")
    page = client.get("/").text
    button = re.search(r'value="(c:9\.000124:\d+)">(\d)\. ([^<]+)<', page)

    assert button
    assert page.count("Đăng ký nuôi chim yến") == 1  # the button; not once more in the text
    assert messages.WHICH_ONE not in page
    assert "bấm vào việc đúng" in page

    ask(client, press=button[1])
    page = client.get("/").text

    assert '<span class="hidden">Ông/bà hỏi: </span>Đăng ký nuôi chim yến</p>' in page


def test_what_may_be_asked_next_is_a_button_and_reads_as_one(client):
    ask(client, "đăng ký nuôi ong cần giấy tờ gì")
    page = client.get("/").text
    button = re.search(r'value="(f:9\.000123:fee)">Phí<', page)

    assert button
    assert "Gõ “đầy đủ” để xem toàn bộ." not in page

    ask(client, press=button[1])

    assert '<span class="hidden">Ông/bà hỏi: </span>Phí</p>' in client.get("/").text


def test_a_thumb_down_asks_for_the_reason(client):
    ask(client, "đăng ký nuôi ong cần giấy tờ gì")
    thumb = re.search(r'value="(r:\d+:1)"', client.get("/").text)
    piece = ask(client, press=thumb[1], headers=SCRIPT)

    assert piece.status_code == 200
    for reason in messages_doors.REASONS:
        assert reason in piece.text
    reason = re.search(r'value="(w:\d+:0)"', piece.text)
    assert ask(client, press=reason[1], headers=SCRIPT).status_code == 200


def test_the_receipt_stands_out_and_the_officers_answer_is_marked(client, engine):
    ask(client, "gặp cán bộ")
    page = client.get("/").text
    receipt = re.search(r'class="code">(DH-\w+)<', page)

    assert receipt
    assert "data-waiting" in page
    assert 'class="answer officer"' not in page
    assert client.get("/tin-moi?sau=0").text.strip() == ""

    engine.officer_writes("Mời ông/bà đến quầy số 1.", "Trần Thị Mẫu")
    news = client.get("/tin-moi?sau=0").text

    assert f"Câu hỏi mã {receipt[1]}" in news
    assert re.search(r"Trần Thị Mẫu, ngày \d\d/\d\d/\d{4}<", news)
    assert "data-waiting" not in client.get("/").text
    assert 'class="answer officer"' in client.get("/").text


def test_news_after_a_number_leave_out_what_came_before(client, engine):
    ask(client, "gặp cán bộ")
    engine.officer_writes("Mời ông/bà đến quầy số 1.")

    assert client.get("/tin-moi?sau=1").text.strip() == ""
    assert client.get("/tin-moi?sau=" + "9" * 400).status_code == 200
    assert client.get("/tin-moi?sau=x").status_code == 200


def test_personal_numbers_are_shown_as_they_are_stored(client):
    ask(client, "tôi số căn cước 001099012345 muốn đăng ký nuôi ong")

    assert "001099012345" not in client.get("/").text


# --- who asks -----------------------------------------------------------------------------------


def test_each_browser_sees_its_own_conversation(client, engine):
    ask(client, "đăng ký nuôi ong mất bao lâu")
    with TestClient(web_app(engine)) as stranger:
        assert "đăng ký nuôi ong mất bao lâu" not in stranger.get("/").text


@pytest.mark.parametrize(
    ("public_url", "name"), [("", "danhoi"), ("https://hoi.example.vn", "__Host-danhoi")]
)
def test_the_cookie_is_for_this_page_alone(engine, public_url, name):
    with TestClient(web_app(engine, public_url), base_url=public_url or ORIGIN) as client:
        cookie = client.get("/").headers["set-cookie"]

    assert re.match(rf"{name}=[\w-]{{43}}; ", cookie)
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2592000"} <= set(cookie.split("; "))
    assert ("Secure" in cookie) == bool(public_url)
    assert "Domain" not in cookie


def test_who_comes_by_a_link_from_elsewhere_still_sees_what_was_asked(client):
    ask(client, "đăng ký nuôi ong mất bao lâu")

    page = client.get("/", headers={"sec-fetch-site": "cross-site", "referer": "https://zalo.me/"}).text

    assert "đăng ký nuôi ong mất bao lâu" in page


@pytest.mark.parametrize("planted", ["", "x", "A" * 42, "A" * 44, "ạ" * 43, "A" * 42 + "/", "k." + "A" * 40])
def test_a_cookie_that_is_none_of_ours_is_replaced(client, planted):
    response = client.get("/", headers={"cookie": f"danhoi={planted}".encode()})

    assert response.status_code == 200
    assert re.match(r"danhoi=(k\.)?[\w-]{43};", response.headers["set-cookie"])
    assert f"danhoi={planted};" not in response.headers["set-cookie"]


def test_the_conversation_is_named_by_what_cannot_be_turned_back(client, engine):
    ask(client, "đăng ký nuôi ong mất bao lâu")
    (address,) = engine.addresses

    assert re.fullmatch("[0-9a-f]{64}", address)
    assert client.cookies["danhoi"] not in address


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.example"},
        {"origin": "http://testserver.evil.example"},
        {"referer": "https://evil.example/?http://testserver"},
        {"sec-fetch-site": "cross-site", "origin": ORIGIN},
        {"sec-fetch-site": "same-site", "origin": ORIGIN},
    ],
)
@pytest.mark.parametrize("path", ["/hoi", "/xoa", "/xong"])
def test_a_form_from_elsewhere_changes_nothing(client, engine, path, headers):
    ask(client, "đăng ký nuôi ong mất bao lâu")

    refused = client.post(path, data={"hoi": "đăng ký nuôi chim", "ma": "x" * 16}, headers=headers)

    assert refused.status_code == 403
    assert "đăng ký nuôi ong mất bao lâu" in client.get("/").text
    assert len(engine.asked) == 1


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "same-origin"}, {"origin": ORIGIN}, {"referer": ORIGIN + "/"}],
)
def test_a_form_of_this_page_is_taken_from_old_browsers_too(client, headers):
    assert ask(client, "đăng ký nuôi ong", headers=headers).status_code == 303


def test_the_public_address_counts_where_a_proxy_changes_the_host():
    sessions = Sessions("https://hoi.example.vn")

    assert sessions.is_from_here(_request({"origin": "https://hoi.example.vn", "host": "10.0.0.5:8080"}))
    assert not sessions.is_from_here(_request({"origin": "http://hoi.example.vn", "host": "10.0.0.5:8080"}))


def _request(headers: dict[str, str]):
    from starlette.requests import Request

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/hoi", "headers": raw, "query_string": b""})


# --- deleting, and the kiosk -----------------------------------------------------------------------


def test_deleting_asks_first_and_then_deletes_all(client, engine):
    ask(client, "gặp cán bộ")
    question = client.get("/xoa").text
    assert "Máy đang lưu 1 câu hỏi" in question
    assert re.search(r'class="code">DH-\w+<', question)

    before = client.cookies["danhoi"]
    deleted = client.post("/xoa", headers=FROM_HERE)

    assert not engine.told(*engine.addresses)
    assert deleted.status_code == 303
    assert client.cookies["danhoi"] != before
    page = client.get(deleted.headers["location"]).text
    assert "Đã xóa những gì ông/bà đã hỏi" in page
    assert "gặp cán bộ" not in page


def test_typing_the_command_deletes_as_well(client, engine):
    ask(client, "đăng ký nuôi ong mất bao lâu")

    deleted = ask(client, messages.DELETE)

    assert deleted.headers["location"] == "/?da-xoa=1"
    assert not engine.told(*engine.addresses)


def test_the_kiosk_forgets_with_the_browser_and_stays_a_kiosk(client):
    cookie = client.get("/?kiosk=1").headers["set-cookie"]

    assert re.match(r"danhoi=k\.[\w-]{43};", cookie)
    assert "Max-Age" not in cookie
    page = client.get("/").text
    assert '<html lang="vi" class="kiosk">' in page
    assert "Xong – xóa và kết thúc" in page
    assert "kiosk" not in client.get("/?kiosk=0").text


def test_a_kiosk_never_shows_the_conversation_of_a_person(client):
    ask(client, "đăng ký nuôi ong mất bao lâu")

    assert "đăng ký nuôi ong mất bao lâu" not in client.get("/?kiosk=1").text


def test_a_kiosk_leads_nowhere_else(client):
    client.get("/?kiosk=1")
    ask(client, "đăng ký nuôi ong mất bao nhiêu tiền")
    page = client.get("/").text

    assert "https://dichvucong.gov.vn/" in page
    assert 'href="http' not in page
    assert 'href="tel' not in page


def test_ending_at_the_kiosk_shows_the_receipts_a_last_time(client, engine):
    client.get("/?kiosk=1")
    ask(client, "đăng ký nuôi ong mất bao lâu")
    ask(client, "gặp cán bộ")
    before = client.cookies["danhoi"]
    ended = client.post("/xong", headers=FROM_HERE)

    assert re.search(r'class="code">DH-\w+<', ended.text)
    assert client.cookies["danhoi"] != before
    assert "gặp cán bộ" not in client.get("/").text
    (kept,) = engine.told(*engine.addresses)
    assert kept.receipt in ended.text


def test_ending_at_the_kiosk_without_a_receipt_begins_anew(client):
    client.get("/?kiosk=1")
    ask(client, "đăng ký nuôi ong mất bao lâu")

    assert client.post("/xong", headers=FROM_HERE).headers["location"] == "/?kiosk=1&da-xoa=1"


# --- what goes wrong -------------------------------------------------------------------------------


def test_four_thousand_letters_are_taken_and_one_more_is_not(client, engine):
    """Three bytes a letter in UTF-8: the longest question that is taken fits into the body."""
    longest = "ộ" * 4000
    page = client.get("/").text
    form = {"ma": (None, nonce(page)), "hoi": (None, longest)}
    assert client.post("/hoi", files=form, headers=FROM_HERE).status_code == 303
    assert engine.asked == [longest]

    form["hoi"] = (None, longest + "ộ")
    refused = client.post("/hoi", files=form, headers=FROM_HERE)

    assert refused.status_code == 422
    assert "Câu hỏi dài quá 4.000 chữ cái." in refused.text
    assert longest + "ộ</textarea>" in refused.text  # nothing typed is lost
    assert 'aria-invalid="true"' in refused.text


def test_a_body_beyond_the_limit_is_not_read_to_its_end(client):
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1024
            yield b"hoi=" + b"x" * 1020

    headers = FROM_HERE | {"content-type": "application/x-www-form-urlencoded"}
    refused = client.post("/hoi", content=endless(), headers=headers)

    assert refused.status_code == 413
    assert "Câu hỏi dài quá" in refused.text


@pytest.mark.parametrize("typed", ["", "   ", "\r\n"])
def test_an_empty_question_is_told_from_an_answer(client, engine, typed):
    refused = ask(client, typed)

    assert refused.status_code == 422
    assert "Ông/bà chưa gõ câu hỏi." in refused.text
    assert not engine.asked


@pytest.mark.parametrize(
    "press", ["x", "r:1:9", "f:<b>:fee:x", "c:1.000:" + "9" * 5000, "w:" + "1" * 90 + ":0"]
)
def test_a_press_that_is_none_of_ours_is_refused(client, engine, press):
    assert ask(client, press=press).status_code == 400
    assert not engine.asked


def test_who_asks_too_fast_keeps_what_was_typed(client, engine):
    engine.trouble = Busy(messages_doors.TOO_FAST, 20)
    refused = ask(client, "đăng ký nuôi ong")

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
    assert messages_doors.TOO_FAST in refused.text
    assert "đăng ký nuôi ong</textarea>" in refused.text

    engine.trouble = Busy(messages_doors.TOO_FAST)
    assert ask(client, "đăng ký nuôi ong", headers=SCRIPT).text == f"<p>{messages_doors.TOO_FAST}</p>"


@pytest.mark.parametrize("headers", [FROM_HERE, SCRIPT])
def test_with_a_full_disk_the_answer_is_given_all_the_same(client, engine, headers):
    answer = engine.answerer.answer_unstored(Question("đăng ký nuôi ong mất bao lâu", "web"))
    engine.trouble = StoreDown(answer)
    told = ask(client, "đăng ký nuôi ong mất bao lâu", headers=headers)

    assert told.status_code == 200
    assert "5 ngày làm việc" in told.text
    assert messages_doors.STORE_FULL in told.text


def test_without_disk_and_answer_the_page_says_so(client, engine):
    engine.trouble = StoreDown()
    told = ask(client, "đăng ký nuôi ong")

    assert told.status_code == 503
    assert "chưa được lưu" in told.text


@pytest.mark.parametrize("path", ["/xoa", "/xong"])
def test_with_a_full_disk_nobody_is_told_that_something_was_deleted(client, engine, path):
    ask(client, "đăng ký nuôi ong")
    engine.trouble = StoreDown()
    told = client.post(path, headers=FROM_HERE)

    assert told.status_code == 503
    assert "CHƯA xóa được" in told.text


def test_an_unforeseen_mistake_is_told_in_vietnamese_and_without_its_inside(engine):
    engine.trouble = RuntimeError("secret inside")
    with TestClient(web_app(engine), raise_server_exceptions=False) as client:
        told = ask(client, "đăng ký nuôi ong")

    assert told.status_code == 500
    assert "Máy đang gặp trục trặc" in told.text
    assert "secret inside" not in told.text
    assert told.headers["content-security-policy"]


def test_the_page_says_that_there_is_no_index_yet(tmp_path):
    with web_engine(None, tmp_path / "web.db", TODAY) as engine, TestClient(web_app(engine)) as client:
        page = client.get("/").text
        told = ask(client, "đăng ký nuôi ong", headers=SCRIPT).text

    assert "Hệ thống đang được chuẩn bị" in page
    assert "Nhiều người hay hỏi" not in page
    assert "Hệ thống đang được chuẩn bị" in told


def test_an_unknown_address_has_a_page(client):
    missing = client.get("/khong-co")

    assert missing.status_code == 404
    assert "Không có trang này" in missing.text


def test_the_privacy_page_names_the_office_and_the_days(client):
    page = client.get("/quyen-rieng-tu").text

    assert OFFICE.name in page
    assert OFFICE.reception_schedule in page
    assert "30 ngày" in page


# --- what every response carries -------------------------------------------------------------------

PAGES = ["/", "/?kiosk=1", "/quyen-rieng-tu", "/xoa", "/tin-moi?sau=0", "/khong-co", "/static/danhoi.css"]


@pytest.mark.parametrize("path", PAGES)
def test_every_response_keeps_strangers_out(client, path):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", PAGES[:-1])
def test_no_page_is_kept_by_a_cache(client, path):
    assert client.get(path).headers["cache-control"] == "no-store"


def test_files_are_kept_for_as_long_as_they_are_the_same(client):
    page = client.get("/").text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)

    assert len(set(addresses)) == 3
    for address in addresses:
        assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/danhoi.css?v=old").headers["cache-control"] == "no-cache"
    assert client.get("/static/..%2fpage.py").status_code == 404


@pytest.mark.parametrize("path", ["/", "/?kiosk=1", "/quyen-rieng-tu", "/xoa", "/khong-co"])
def test_nothing_is_fetched_from_elsewhere_and_nothing_is_inline(client, path):
    page = client.get(path).text

    assert not re.search(r'(?:src|action)="(?!/)', page)
    assert not re.search(r'<link[^>]+href="(?!/)', page)
    assert not re.search(r"<style|<script(?! src)|\son\w+=|\sstyle=|javascript:", page)


def test_the_first_load_stays_small_for_a_slow_phone(client):
    page = client.get("/", headers={"accept-encoding": "gzip"})
    files = [client.get(path) for path in set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))]

    assert sum(int(one.headers["content-length"]) for one in (page, *files)) < 30_000


def test_a_browser_that_unpacks_nothing_is_served_too(client):
    plain = {"accept-encoding": "identity"}

    assert "content-encoding" not in client.get("/", headers=plain).headers
    assert client.get("/static/danhoi.js", headers=plain).text.startswith("// ")
