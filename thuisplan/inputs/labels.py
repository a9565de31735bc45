"""The vocabulary: every code of Thuisplan with its Dutch and English label.

A code is what stands in data files, in Parquet and in this program. A label is
what people read. Input may use either: ``read_code`` accepts the code, the
Dutch label and the English label, whatever the capitals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from thuisplan.inputs.chosen_words import words_in_force


@dataclass(frozen=True, slots=True)
class Label:
    """How one code is called in Dutch (``nl``) and English (``en``)."""

    nl: str
    en: str

    def text(self, language: str) -> str:
        """Return the label in ``language`` (``"nl"`` or ``"en"``)."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """A closed or open list of codes with their labels.

    Parameters
    ----------
    name
        Name of the list, for messages.
    labels
        Code -> Label.
    open
        Whether users may add codes of their own.
    """

    name: str
    labels: Mapping[str, Label]
    open: bool = False

    def read_code(self, text: str) -> str | None:
        """Return the code meant by ``text``, or None if it is not known.

        In an open list an unknown text is its own code, with spaces as ``_``.
        """
        wanted = _plain(text)
        for code, label in self.labels.items():
            if wanted in (_plain(code), _plain(label.nl), _plain(label.en)):
                return code
        return wanted.replace(" ", "_") if self.open and wanted else None

    def text(self, code: str, language: str) -> str:
        """Return the word chosen for ``code``, else its label; an unlisted code is its own label."""
        label = self.labels.get(code)
        if label is None:
            return code
        chosen = words_in_force(language)
        if chosen is None:
            return label.text(language)
        return chosen.label(self.name, code) or chosen.text(label.text(language))


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def vocabulary(name: str, open_: bool = False, /, **labels: tuple[str, str]) -> Vocabulary:
    """Make a vocabulary: code = (Dutch, English)."""
    return Vocabulary(
        name, MappingProxyType({code: Label(nl, en) for code, (nl, en) in labels.items()}), open_
    )


PURPOSES = vocabulary(
    "purpose",
    True,
    municipality=("gemeente", "municipality"),
    agreement=("overeenkomst", "agreement"),
    woningbouwregio=("woningbouwregio", "building region"),
    woningmarktregio=("woningmarktregio", "housing market region"),
    wmo=("wmo-regio", "Wmo region"),
    province=("provincie", "province"),
    nation=("land", "nation"),
    outside=("buiten", "outside"),
)
DWELLING_TYPES = vocabulary(
    "dwelling_type",
    True,
    social_regular=("reguliere sociale huurwoning", "regular social rent"),
    clustered=("geclusterde woning", "clustered dwelling"),
    care_suitable=("zorggeschikte woning", "care-suitable dwelling"),
    room=("onzelfstandige woonruimte", "room"),
    caravan=("woonwagenstandplaats", "caravan pitch"),
    informal_care_unit=("mantelzorgwoning", "informal-care unit"),
    short_midstay=("short-/midstayplek", "short/midstay place"),
    mid_rent=("middenhuurwoning", "mid rent dwelling"),
    affordable_owner=("betaalbare koopwoning", "affordable owner-occupied dwelling"),
    market=("vrijesectorwoning", "market dwelling"),
)
ROUTES = vocabulary(
    "route",
    new_build=("nieuwbouw", "new build"),
    transformation=("transformatie", "transformation"),
    flex=("flexwoning", "flex"),
    topping_up=("optoppen", "topping up"),
    splitting_sharing=("splitsen en woningdelen", "splitting and sharing"),
    adaptation=("woningaanpassing", "adaptation"),
    acquisition=("aankoop", "acquisition"),
)
SEGMENTS = vocabulary(
    "segment",
    social_rent=("sociale huur", "social rent"),
    mid_rent=("middenhuur", "mid rent"),
    affordable_owner=("betaalbare koop", "affordable owner-occupied"),
    market=("vrije sector", "market"),
    outside=("buiten de segmentverdeling", "outside segments"),
)
UNITS = vocabulary(
    "unit",
    dwelling=("woning", "dwelling"),
    room=("kamer", "room"),
    pitch=("standplaats", "pitch"),
    place=("plek", "place"),
)
RENT_CLASSES = vocabulary(
    "rent_class",
    quality_discount=("tot de kwaliteitskortingsgrens", "up to the quality discount limit"),
    first_cap=("tot de lage aftoppingsgrens", "up to the first cap threshold"),
    second_cap=("tot de hoge aftoppingsgrens", "up to the second cap threshold"),
    liberalisation=("tot de liberalisatiegrens", "up to the liberalisation limit"),
)
GROUPS = vocabulary(
    "group",
    True,
    informal_care=("mantelzorgverleners en -ontvangers", "informal-care givers and receivers"),
    disability=("mensen met een beperking", "people with a disability"),
    homeless=("dak- en thuislozen", "homeless people"),
    sheltered_living=("uitstroom uit beschermd wonen", "outflow from sheltered living"),
    mental_health=("uitstroom uit klinische ggz", "outflow from clinical mental health care"),
    womens_shelter=("uitstroom uit vrouwenopvang", "outflow from women's shelter"),
    youth_care=("uitstroom uit jeugdzorg", "outflow from youth care"),
    detention=("uitstroom uit detentie", "outflow from detention"),
    sex_work_exit=("uitstappende sekswerkers", "sex workers leaving the trade"),
    labour_migrants=("arbeidsmigranten", "labour migrants"),
    students=("studenten", "students"),
    caravan_dwellers=("woonwagenbewoners", "caravan dwellers"),
    older_people=("ouderen", "older people"),
    permit_holders=("vergunninghouders", "permit holders"),
    regional_urgent=("regionale urgenten", "regional urgents"),
)
GROUP_ROLES = vocabulary(
    "group_role",
    programme=("programma", "programme"),
    statutory=("wettelijk urgent", "statutory urgent"),
    regional=("regionaal urgent", "regional urgent"),
    local=("lokaal urgent", "local urgent"),
    task=("taakstelling", "task"),
)
LOSS_CAUSES = vocabulary(
    "loss_cause",
    demolition=("sloop", "demolition"),
    sale=("verkoop", "sale"),
    liberalisation=("liberalisatie", "liberalisation"),
    other=("niet uitgesplitst", "not broken down"),
)
FEATURES = vocabulary(
    "feature",
    True,
    zero_step=("nultreden", "zero-step"),
    wheelchair=("rolstoelgeschikt", "wheelchair"),
)
NEED_CLASSES = vocabulary(
    "need_class",
    special=("aandachtsgroepen", "special"),
    regular=("regulier", "regular"),
)
FLOW_STRENGTHS = vocabulary(
    "flow_strength", soft=("streefregel", "soft"), monitor=("alleen volgen", "monitor")
)
SHARE_FORMS = vocabulary(
    "share_form",
    floor=("ondergrens", "floor"),
    cap=("bovengrens", "cap"),
    target=("streefwaarde", "target"),
)
LETTING_BASES = vocabulary(
    "letting_basis",
    designated=("aangewezen vrijkomende woningen", "designated vacated dwellings"),
    vacated=("vrijkomende woningen", "vacated dwellings"),
    first_lettings=("eerste verhuringen", "first lettings"),
    all_lettings=("alle verhuringen", "all lettings"),
)
PLAN_STATUSES = vocabulary("plan_status", hard=("hard", "hard"), soft=("zacht", "soft"))
STRENGTHS = vocabulary(
    "strength",
    hard=("harde eis", "hard"),
    soft=("streefregel", "soft"),
    monitor=("alleen volgen", "monitor"),
)
STATUSES = vocabulary(
    "status",
    act=("wet", "act"),
    bill=("wetsvoorstel", "bill"),
    draft=("ontwerp", "draft"),
    agreement=("overeenkomst", "agreement"),
    advice=("advies", "advice"),
    ambition=("ambitie", "ambition"),
    assumption=("aanname", "assumption"),
    input=("invoer", "input"),
)
MONEY_KINDS = vocabulary(
    "money_kind",
    extra_cost=("meerkosten", "extra cost"),
    deficit=("onrendabele top", "deficit"),
)
KEY_BASES = vocabulary(
    "key_basis",
    inhabitants=("inwoners", "inhabitants"),
    households=("huishoudens", "households"),
    dwelling_stock=("woningvoorraad", "dwelling stock"),
    social_stock=("sociale voorraad", "social stock"),
    vacancies_per_year=("vrijkomende woningen", "vacancies"),
    urgent_lettings_today=("toewijzingen aan urgenten nu", "lettings to urgent seekers today"),
    shares=("aandelen", "shares"),
    factors=("factoren", "factors"),
)
KEY_FIGURES = vocabulary(
    "key_figure",
    True,
    **{
        code: (label.nl, label.en)
        for code, label in KEY_BASES.labels.items()
        if code not in ("shares", "factors")
    },
)
KEY_METHODS = vocabulary(
    "key_method",
    additive=("optellend", "additive"),
    multiplicative=("vermenigvuldigend", "multiplicative"),
)
FACTOR_ROLES = vocabulary(
    "factor_role",
    share=("aandeel", "share"),
    baseline=("basis", "baseline"),
    factor=("factor", "factor"),
)
APPORTIONMENTS = vocabulary(
    "apportionment",
    largest_remainder=("grootste rest", "largest remainder"),
    webster=("Webster (Sainte-Laguë)", "Webster (Sainte-Laguë)"),
)
NEED_LEVELS = vocabulary(
    "need_level", low=("laag", "low"), central=("midden", "central"), high=("hoog", "high")
)
OPERATIONS = vocabulary(
    "operation",
    set=("wordt", "set"),
    add=("plus", "add"),
    multiply=("maal", "multiply"),
    remove=("vervalt", "remove"),
)
YES_NO = vocabulary("yes_no", yes=("ja", "yes"), no=("nee", "no"))
PROGRAMME_CHOICES = vocabulary(
    "programme_choice", social=("sociaal", "social"), mid=("midden", "middle segment")
)
LANGUAGES = vocabulary("language", nl=("Nederlands", "Dutch"), en=("Engels", "English"))
SIDES = vocabulary(
    "side",
    below=("onder", "below"),
    above=("boven", "above"),
    all=("alle", "all"),
    chosen=("naar programmakeuze", "as chosen"),
)
TASK_BASES = vocabulary("task_basis", task=("opgave", "task"), delivered=("geleverd", "delivered"))
MEASURES = vocabulary(
    "measure",
    unmet_special=("niet-ingevulde behoefte aandachtsgroepen", "unmet special need"),
    unmet_regular=("niet-ingevuld regulier programma", "unmet regular need"),
    rule_violation=("overschrijding van streefregels", "violation of soft rules"),
    fair_share_max=("grootste afwijking van fair share", "largest deviation from fair share"),
    fair_share_mean=("gemiddelde afwijking van fair share", "mean deviation from fair share"),
    extra_cost=("meerkosten", "extra cost"),
    deficit=("onrendabele top", "deficit"),
    change=("verschil met het eerdere plan", "change from the earlier plan"),
    lateness=("latere oplevering", "later completion"),
    swapped=("uitgeruilde taakstelling", "swapped task"),
)
FAMILY_LABELS = vocabulary(
    "family",
    need=("woonbehoefte", "need"),
    capacity=("plan- en bouwcapaciteit", "capacity"),
    availability=("aanbod", "availability"),
    commitment=("harde afspraak", "commitment"),
    exclusion=("uitgesloten", "exclusion"),
    project_size=("minimale projectomvang", "minimum project size"),
    social_share=("aandeel sociale huur in nieuwbouw", "social share of new build"),
    mid_share=("aandeel middensegment in nieuwbouw", "middle share of new build"),
    affordable_share=("twee derde betaalbaar", "two-thirds affordable"),
    feature_target=("streefgetal voor een kenmerk", "feature target"),
    extra_cost=("meerkosten", "extra cost"),
    deficit=("onrendabele top", "deficit"),
    fair_share=("fair share", "fair share"),
    minimum_contribution=("minimale bijdrage per gemeente", "minimum contribution"),
    stock_share=("aandeel in de voorraad", "share of stock"),
    lettings=("passende toewijzing", "fitting lettings"),
    waiting_list=("wachtlijst", "waiting list"),
    vacancy_share=("aandeel vrijkomende sociale huurwoningen", "share of vacated lettings"),
    permit_holders=("taakstelling vergunninghouders", "permit-holder task"),
    follow_up=("gegarandeerde vervolghuisvesting", "follow-up housing"),
    flex_life=("exploitatieduur flex", "service life of flex"),
    steady_series=("gelijkmatige bouwstroom", "steady series"),
    workplace_mix=("verdeling naar werkplek", "mix by workplace"),
    own_first=("eigen gemeente eerst", "own municipality first"),
    neighbourhood=("draagkracht van wijken", "neighbourhood capacity"),
    care_capacity=("zorg- en begeleidingscapaciteit", "care capacity"),
)
NEED_CATEGORIES = vocabulary(
    "need_category",
    True,
    regular=("regulier programma", "regular programme"),
    **{code: (label.nl, label.en) for code, label in DWELLING_TYPES.labels.items()},
)
VERDICTS = vocabulary(
    "verdict",
    met=("voldoet", "met"),
    broken=("voldoet niet", "broken"),
    not_testable=("niet te toetsen", "not testable"),
    exempt=("vrijgesteld", "exempt"),
)
TERMS = vocabulary(
    "term",
    target_groups=("aandachtsgroepen", "target groups"),
    fair_share=("fair share", "fair share"),
    regular_seekers=("reguliere woningzoekenden", "regular seekers"),
    urgent_seekers=("urgente woningzoekenden", "urgent seekers"),
    permit_holders=("vergunninghouders", "permit holders"),
    housing_units=("woonruimten", "housing units"),
)
"""Terms that sentences use and that regions may call otherwise, as the sentences write them."""
