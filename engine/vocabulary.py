"""The closed vocabulary of facts: what documents may state further, and what rules may read.

A document's own fields (engine.inputs) are words as they stand; `FACTS` lists the further facts that the
`facts` map of each subject takes. `WORDS` joins both under the names that rule expressions use:
`org.`, `data.`, `vendor.`, `model.` and `use.`, the option's own parts, and the regimes' scope answers.
Unknown is never no: a word without an answer has no value at all.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, Union, get_args, get_origin

from engine.inputs import (
    Approach,
    BaseModel,
    DataAsset,
    Deployment,
    Method,
    Money,
    Organisation,
    RegimeId,
    Soc2Category,
    UseCase,
    Vendor,
)

Subject = Literal["organisation", "data", "vendor", "model", "use"]
Kind = Literal["yes_no", "claim", "word", "words", "text", "number", "date"]

PREFIXES: Mapping[Subject, str] = {
    "organisation": "org",
    "data": "data",
    "vendor": "vendor",
    "model": "model",
    "use": "use",
}
RECORDS: Mapping[Subject, type] = {
    "organisation": Organisation,
    "data": DataAsset,
    "vendor": Vendor,
    "model": BaseModel,
    "use": UseCase,
}
PAGES: Mapping[Subject, str] = {
    "organisation": "Organisation",
    "data": "Data asset",
    "vendor": "Vendor",
    "model": "Base model",
    "use": "Use case",
}
EXPECTED: Mapping[Kind, str] = {
    "yes_no": "true or false",
    "claim": "true, false, or in words what is claimed",
    "word": "one of: ",
    "words": "one or more words",
    "text": "text",
    "number": "a number",
    "date": "a date like 2026-11-24",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A fact that may be answered: its meaning, its kind, the allowed words where they are closed."""

    meaning: str
    kind: Kind
    allowed: tuple[str, ...] = ()
    asked: str = ""

    @property
    def expected(self) -> str:
        """What an answer must be, as the end of a sentence."""
        if self.allowed:
            lead = "one or more of: " if self.kind == "words" else "one of: "
            return lead + ", ".join(self.allowed)
        return EXPECTED[self.kind]

    def fits(self, value: object) -> bool:
        """Whether a value that a document states is an answer to this fact."""
        if self.kind == "yes_no":
            return isinstance(value, bool)
        if self.kind == "claim":
            return isinstance(value, bool | str)
        if self.kind == "number":
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        if self.kind == "date":
            return isinstance(value, date) or (isinstance(value, str) and _is_day(value))
        if self.kind == "words":
            parts = value if isinstance(value, tuple) else (value,)
            return all(isinstance(part, str) and (not self.allowed or part in self.allowed) for part in parts)
        return isinstance(value, str) and (not self.allowed or value in self.allowed)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def yes_no(meaning: str) -> Fact:
    return Fact(meaning=meaning, kind="yes_no")


def claim(meaning: str) -> Fact:
    """A fact that may be answered by yes, by no, or by what it is (which counts as yes)."""
    return Fact(meaning=meaning, kind="claim")


def number(meaning: str) -> Fact:
    return Fact(meaning=meaning, kind="number")


def text(meaning: str) -> Fact:
    return Fact(meaning=meaning, kind="text")


def word(meaning: str, *allowed: str) -> Fact:
    return Fact(meaning=meaning, kind="word", allowed=allowed)


def words(meaning: str, *allowed: str) -> Fact:
    return Fact(meaning=meaning, kind="words", allowed=allowed)


FACTS: Mapping[Subject, Mapping[str, Fact]] = {
    "organisation": {
        "monitors_eu": yes_no("It monitors the behaviour of people in the EU"),
        "output_used_in_eu": yes_no("Output of its AI systems is used in the EU"),
        "eu_website_visitors": yes_no(
            "People in the EU can reach its website; by itself this brings no duty"
        ),
        "outsourced_development": yes_no("A third party develops or tunes models for it"),
        "core_large_scale_monitoring": yes_no(
            "Regular, systematic, large-scale monitoring of people is its core work"
        ),
        "core_large_scale_special": yes_no("Large-scale special-category or criminal data is its core work"),
        "data_protection_officer": yes_no("A data protection officer is appointed"),
        "group_health_plan": yes_no("It is, or sponsors, a group health plan under HIPAA"),
        "clearinghouse": yes_no("It is a health care clearinghouse under HIPAA"),
        "multiple_covered_functions": yes_no("It performs more than one covered function under HIPAA"),
        "us_creditor": yes_no("It takes part in credit decisions in the US (Regulation B)"),
        "assets_usd": number("Total assets in US dollars"),
    },
    "data": {
        "occasional": yes_no(
            "It is processed only occasionally, without large-scale sensitive data or likely risk"
        ),
        "on_documented_instructions": yes_no(
            "It is processed only on a controller's documented instructions"
        ),
        "own_purposes": yes_no(
            "The organisation uses it for purposes of its own, beyond its customers' instructions"
        ),
        "derived_from_phi": yes_no("It was derived from protected health information"),
        "expert_report": claim("An expert's determination of very small re-identification risk is on file"),
        "deid_done_by": text("Who de-identified it: own staff, vendor, business associate"),
        "deid_baa_permits": yes_no("The business associate agreement lets the vendor de-identify it"),
        "actual_knowledge_of_reidentification": yes_no(
            "Somebody knows that people can be identified from it"
        ),
        "child_age": number("Age of the youngest children in it, in years"),
        "member_state_limit": number("Age from which the country lets children consent alone: 13 to 16"),
        "parental_consent": yes_no("Holders of parental responsibility gave or authorised the consent"),
        "erasure_exception": claim("An exception to erasure under GDPR 17(3) is claimed, and which"),
        "special_category_exception": claim("An exception of GDPR 9(2) is documented, and which"),
        "criminal_data_law": claim("Official authority or a law allows the criminal-offence data, and which"),
        "compatible_purpose": yes_no("A compatibility test under GDPR 6(4) lets it be used for training"),
        "personal_data_removed": yes_no("Personal data is detected and removed before ingestion"),
        "retention_schedule": yes_no("A retention period is set and enforced for it"),
        "encrypted_at_rest": yes_no("It is encrypted where it is stored"),
        "encrypted_in_transit": yes_no("It is encrypted on the way to the model"),
        "transmitted_over_network": yes_no("It crosses a network on the way to the model"),
        "data_use_agreement": yes_no("A data use agreement covers the limited data set"),
        "authorisation_obtained": yes_no("The individuals' HIPAA authorisation was obtained"),
        "substance_use_consent": yes_no("Consent under 42 CFR Part 2 covers this use"),
        "notice_given": yes_no("People were told of this use in a privacy notice"),
        "customer_contract_allows": yes_no(
            "Contracts with customers allow this use of their confidential data"
        ),
        "confidential": yes_no("It is confidential to the organisation or to others"),
        "sold_or_shared": yes_no("It is sold or shared in the sense of the CCPA"),
        "sensitive_pi": yes_no("It is sensitive personal information in the sense of the CCPA"),
        "research": yes_no("It is processed for archiving, research or statistics under GDPR 89"),
        "made_public": yes_no("The organisation made it public"),
        "provenance_recorded": yes_no("Its origin and rights are recorded"),
        "masked": yes_no("Sensitive fields are masked before training"),
    },
    "vendor": {
        "kind": text("What it supplies: model_api, cloud, saas, tuner, on_prem_support"),
        "acts_as": word(
            "In which role it handles personal data", "processor", "controller", "joint_controller"
        ),
        "bcr": claim("Approved binding corporate rules cover the transfer"),
        "art49_derogation": claim("A derogation of GDPR 49 is claimed for the transfer, and which"),
        "adequacy": yes_no("Every country with access has an adequacy decision"),
        "subprocessors": yes_no("It uses sub-processors"),
        "subprocessors_outside_eea": yes_no("A sub-processor can see the data from outside the EEA"),
        "authorised_by_controllers": yes_no("The controllers authorised it as a sub-processor"),
        "conduit_only": yes_no("It only carries the data, like a postal service"),
        "offers_baa": yes_no("It is willing to sign a business associate agreement for this service"),
        "offers_dpa": yes_no("It is willing to sign a data processing agreement for this service"),
        "baa_permits_training": yes_no(
            "The business associate agreement permits this use of PHI for training"
        ),
        "ict_service": yes_no("It supplies an ICT service in the sense of DORA"),
        "dora_clauses": yes_no("The contract holds the terms of DORA Article 30 and stands in the register"),
        "security_terms": yes_no("The contract holds security terms: retention, region, incident notice"),
        "exit_plan": yes_no("Responsibilities are divided and an exit is planned"),
    },
    "model": {
        "claimed_anonymous": yes_no("The model is claimed to hold no personal data"),
        "extraction_test": claim("Extraction and membership-inference tests are on file, and their outcome"),
        "base_systemic": yes_no("Its base model has systemic risk under the AI Act"),
        "designated_systemic": yes_no("The Commission designated it as a model with systemic risk"),
        "architecture_and_usage_info_public": yes_no(
            "Its architecture and information on its use are public"
        ),
        "base_trained_on_personal_data": yes_no("Its base model was trained on personal data"),
        "origin_assessed": yes_no(
            "The lawfulness of its training was assessed with the provider's statement"
        ),
        "modality": words("What it generates: text, speech, text_to_image, text_to_video, other"),
        "training_content_summary": yes_no("A public summary of its training content is published"),
        "copyright_policy": yes_no("A copyright policy is in force"),
        "technical_documentation": yes_no("The documentation of Annexes XI and XII of the AI Act exists"),
    },
    "use": {
        "adm_exception_claimed": claim("An exception of GDPR 22(2) is claimed, and which"),
        "adm_safeguards": yes_no("A person can intervene, views can be put, the decision can be contested"),
        "explicit_consent": yes_no("Explicit consent covers special-category data in the automated decision"),
        "score_drawn_strongly_on": yes_no("Another party draws strongly on its score to decide about people"),
        "dpia_done": yes_no("A data protection impact assessment is signed"),
        "dpia_not_needed_reasoned": claim("Why no DPIA is needed is recorded, and the reason"),
        "dpia_residual": word("Residual risk that the DPIA shows", "low", "medium", "high"),
        "authority_consulted": yes_no("The supervisory authority was consulted on the residual risk"),
        "sa_blacklist": yes_no("It stands on an authority's list of processing that needs a DPIA"),
        "large_scale_public_monitoring": yes_no("It monitors a publicly accessible area on a large scale"),
        "joint_purposes": yes_no("Purposes and means are decided together with another organisation"),
        "joint_arrangement": yes_no("The joint controllers' arrangement is signed"),
        "recorded_in_ropa": yes_no("The record of processing activities holds it"),
        "obvious_that_ai": yes_no("It is obvious to a reasonable person that they deal with AI"),
        "discloses_ai": yes_no("It tells people that they deal with AI"),
        "assistive_editing_only": yes_no(
            "It only assists standard editing, without changing the meaning much"
        ),
        "marks_output": yes_no("Its output carries a machine-readable mark"),
        "builds_own_pipeline_code": yes_no("The organisation writes pipeline code for it"),
        "client_informed_consent": claim("The clients gave informed consent to this tool"),
        "emotion_basis": text("From what emotions are inferred: biometrics, voice, face, gait, text"),
        "unrelated_or_disproportionate_treatment": yes_no(
            "A social score leads to unrelated, unjustified or disproportionate treatment"
        ),
        "intimate_output_purpose": yes_no("Intimate output of identifiable people is its purpose"),
        "intimate_output_foreseeable_and_reproducible": yes_no(
            "Intimate output of identifiable people is foreseeable and reproducible"
        ),
        "csam_output_purpose": yes_no("Child sexual abuse material is its purpose"),
        "csam_output_foreseeable_and_reproducible": yes_no(
            "Child sexual abuse material is a foreseeable and reproducible output"
        ),
        "manipulative_techniques": yes_no(
            "It manipulates people by subliminal or deceptive techniques, with harm"
        ),
        "exploits_vulnerabilities": yes_no("It exploits age, disability or hardship, with harm"),
        "crime_prediction_by_profiling": yes_no("It predicts crimes of persons from profiling alone"),
        "untargeted_face_scraping": yes_no("It builds face databases by untargeted scraping"),
        "sensitive_biometric_categorisation": yes_no("It derives race, belief or sex life from biometrics"),
        "realtime_biometric_identification": yes_no(
            "It identifies people remotely in real time in public spaces for law enforcement"
        ),
        "significant_design_change_since_application_date": claim(
            "Its design changed significantly after the AI Act's rules for it started to apply"
        ),
        "intended_for_public_authorities": yes_no("It is intended for use by public authorities"),
        "annex1_product": yes_no(
            "It is a product, or a safety component of one, under Annex I of the AI Act"
        ),
        "improves_human_work": yes_no("It only improves the result of finished human work (AI Act 6(3))"),
        "detects_deviation": yes_no("It only detects deviations from earlier decisions (AI Act 6(3))"),
        "preparatory": yes_no("It only does a preparatory task (AI Act 6(3))"),
        "bias_testing": yes_no("Sensitive data is used only to find and correct bias"),
        "bias_safeguards": yes_no("The safeguards of AI Act 4a(1) are in place"),
        "deepfake": yes_no("It publishes deepfakes"),
        "ai_text_on_public_matters": yes_no("It publishes AI text on matters of public interest"),
        "editorial_responsibility": yes_no("A person reviews the text and takes editorial responsibility"),
        "labels_ai_content": yes_no("Published AI content is labelled"),
        "essential_for_others": yes_no("It is essential for a product or service to third parties"),
        "affects_rights": yes_no("It affects the rights of persons"),
        "offered_directly_to_children": yes_no("It is an online service offered directly to children"),
        "in_502b2_exception": yes_no("HIPAA's minimum-necessary rule does not reach it (164.502(b)(2))"),
        "output_in_record": yes_no("Its output becomes part of a patient's record"),
        "shared_key": yes_no("People share one key or account to reach it"),
        "significant_decision": yes_no("It makes significant decisions in the sense of the CCPA rules"),
        "substantially_automated": yes_no("It substantially replaces human decisions"),
        "consequential_decision": yes_no("It makes consequential decisions in the sense of Colorado's law"),
        "admt_materially_influences": yes_no("Its output materially influences such decisions"),
        "admt_notice": yes_no("Notice, opt-out and access are offered for automated decisions"),
        "adverse_action_reasons": yes_no("Statements of specific reasons for adverse action are sent"),
        "delivers_to_customers": yes_no("Its outputs are delivered to customers"),
        "ai_new": yes_no("It is new, or newly changed, in the system under audit"),
        "literacy_measures": yes_no("Measures support the AI literacy of the people who use it"),
        "privacy_by_design": yes_no("Privacy requirements are part of its design review"),
    },
}


def _kind(annotation: Any) -> tuple[Kind, tuple[str, ...]] | None:
    """The kind of a field's type, with its closed words; None for what rules do not read."""
    members = [member for member in get_args(annotation) if member is not type(None)]
    if get_origin(annotation) in (Union, types.UnionType):
        if set(members) == {bool, str}:
            return "claim", ()
        return _kind(members[0]) if len(members) == 1 else None
    if get_origin(annotation) is Literal:
        return "word", tuple(str(member) for member in get_args(annotation))
    if get_origin(annotation) is tuple:
        inner = _kind(members[0])
        return ("words", inner[1]) if inner is not None else None
    scalar: Mapping[Any, Kind] = {
        bool: "yes_no",
        int: "number",
        Decimal: "number",
        str: "text",
        date: "date",
    }
    return (scalar[annotation], ()) if annotation in scalar else None


def _fields(subject: Subject) -> Iterator[tuple[str, Fact]]:
    record = RECORDS[subject]
    known = typing.get_type_hints(record)
    for spec in dataclasses.fields(record):
        kind = _kind(known[spec.name])
        if kind is not None and known[spec.name] is not Money:
            yield (
                f"{PREFIXES[subject]}.{spec.name}",
                Fact(
                    meaning=spec.metadata["question"],
                    kind=kind[0],
                    allowed=kind[1],
                    asked=f"{PAGES[subject]}, {spec.metadata['section']}",
                ),
            )


def _words() -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for subject, prefix in PREFIXES.items():
        found.update(_fields(subject))
        found.update(
            (f"{prefix}.{name}", dataclasses.replace(fact, asked=f"{PAGES[subject]}, further facts"))
            for name, fact in FACTS[subject].items()
        )
    found["vendor.exists"] = Fact(
        meaning="A vendor takes part in this deployment", kind="yes_no", asked="the option"
    )
    for name, annotation, meaning in (
        ("approach", Approach, "The approach of the option"),
        ("deployment", Deployment, "The deployment of the option"),
        ("method", Method, "The method inside the approach"),
    ):
        found[name] = Fact(meaning=meaning, kind="word", allowed=get_args(annotation), asked="the option")
    for regime in get_args(RegimeId):
        found[f"regime.{regime}"] = Fact(
            meaning=f"{regime} is answered to be in scope", kind="yes_no", asked="Regime scope"
        )
    found["soc2_categories"] = Fact(
        meaning="The SOC 2 categories chosen",
        kind="words",
        allowed=get_args(Soc2Category),
        asked="Regime scope",
    )
    return found


WORDS: Mapping[str, Fact] = _words()
OPTION_WORDS: Final = ("approach", "deployment", "method")
"""The words that are answered by the option, not by people."""
