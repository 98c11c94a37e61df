from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import codec
from knowledge.records import QA, Charge, Contact, Guide, Office, Procedure, SubmissionMethod
from tests.record_samples import a_contact, a_guide, a_procedure, a_qa, an_office

# JSON has neither infinity nor NaN, and no publisher states either.
numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False)
charges = st.lists(st.builds(Charge, amount=numbers), max_size=2).map(tuple)
methods = st.lists(st.builds(SubmissionMethod, processing_time=numbers, charges=charges), max_size=2)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.builds(Procedure, submission_methods=methods.map(tuple)))
def test_any_procedure_survives_the_round_trip(procedure):
    assert codec.decode(codec.encode(procedure), Procedure) == procedure


@pytest.mark.parametrize("record", [a_contact(), a_guide(), a_qa(), an_office()])
def test_every_other_kind_of_record_survives_the_round_trip(record):
    assert codec.decode(codec.encode(record), type(record)) == record


@pytest.mark.parametrize("kind", [Procedure, Contact, Guide, QA, Office])
def test_a_record_with_missing_fields_is_refused(kind):
    with pytest.raises(msgspec.ValidationError):
        codec.decode(b"{}", kind)


def test_a_code_written_as_a_number_is_refused():
    data = codec.encode(a_procedure("1.004220")).replace(b'"1.004220"', b"1.004220", 1)
    with pytest.raises(msgspec.ValidationError, match=r"\$\.code"):
        codec.decode(data, Procedure)


def test_equal_records_have_equal_fingerprints_and_others_have_not():
    assert codec.fingerprint(a_procedure()) == codec.fingerprint(a_procedure())
    assert codec.fingerprint(a_procedure()) != codec.fingerprint(a_procedure(note="khác"))
