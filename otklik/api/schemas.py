"""The shapes that come in and go out. Lists are always ``{"items": […], "next": cursor or null}``."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, ConfigDict, model_validator

Number = Annotated[int, Field(ge=1, lt=2**63)]  # what a key of a row can be
PriorityName = Literal["low", "normal", "high", "critical"]
TypeName = Literal["question", "incident", "service_request", "complaint"]
StateName = Literal["new", "open", "waiting_client", "waiting_third_party", "resolved", "closed"]


class Strict(Schema):
    """What comes in: an unknown name is a mistake of the caller, and is said to be one."""

    model_config = ConfigDict(extra="forbid")


class Named(Schema):
    id: int
    name: str


class Client(Named):
    organisation: Named | None


class Author(Named):
    kind: Literal["person", "member", "third_party"]


class AttachmentOut(Named):
    type: str
    size_bytes: int
    url: str


class DeliveryOut(Schema):
    address: str
    status: Literal["waiting", "sent", "held", "failed"]
    error: str


class MessageOut(Schema):
    """`is_note` is what the client must not see. `aside` is the side conversation that it is of."""

    id: int
    ticket: int
    is_note: bool
    is_automatic: bool
    author: Author | None
    text: str
    rest: str
    html: str
    via: str
    at: datetime
    revised_at: datetime | None
    corrects: int | None
    aside: int | None
    attachments: list[AttachmentOut]
    deliveries: list[DeliveryOut]


class MessagePage(Schema):
    items: list[MessageOut]
    next: str | None


class Asleep(Strict):
    """Put off until a time, or, without one, until the client writes."""

    until: AwareDatetime | None = None


class TicketOut(Schema):
    number: int
    subject: str
    type: TypeName
    state: StateName
    state_at: datetime
    is_open: bool
    priority: PriorityName
    team: Named
    assignee: Named | None
    client: Client
    channel: Named | None
    tags: list[str]
    fields: dict[str, Any]
    excerpt: str
    opened_at: datetime
    active_at: datetime
    merged_into: int | None
    asleep: Asleep | None
    url: str


class TicketPage(Schema):
    items: list[TicketOut]
    next: str | None


class LinkOut(Schema):
    """`number` stands to this ticket, or this ticket to it (`outgoing`), as `kind` says."""

    number: int
    subject: str
    kind: Literal["related", "parent", "duplicate"]
    outgoing: bool


class CallOut(Schema):
    at: datetime
    reached: bool
    note: str
    member: Named | None


class CallbackOut(Schema):
    """A promise to call the client; it waits while `ended_at` is null."""

    phone: str
    asked_at: datetime
    wanted_at: datetime | None
    ended_at: datetime | None
    outcome: Literal["", "reached", "not_reached", "withdrawn"]
    calls: list[CallOut]


class CallbackIn(Strict):
    """Without `phone` the client’s own; without `wanted_at` as soon as possible."""

    phone: str = Field("", max_length=40)
    wanted_at: AwareDatetime | None = None


class CallIn(Strict):
    reached: bool
    note: str = Field("", max_length=1000)


class TicketRead(TicketOut):
    """`newest` is the number of the newest event on the ticket."""

    newest: int
    callback: CallbackOut | None
    participants: list[Named]
    links: list[LinkOut]
    messages: MessagePage


class ClientGiven(Strict):
    """Who the ticket is for: a client's `id`, or an address; an unknown address makes a new client."""

    id: Number | None = None
    kind: Literal["email", "phone"] = "email"
    address: str | None = Field(None, min_length=3, max_length=320)
    name: str = Field("", max_length=200)

    @model_validator(mode="after")
    def one_of_both(self) -> "ClientGiven":
        if (self.id is None) == (self.address is None):
            raise ValueError("Give either id or address.")
        return self


class TicketIn(Strict):
    """`text` is what the client said. Without `team` the channel's, else the caller's only one."""

    client: ClientGiven
    subject: str = Field(max_length=250)
    text: str = Field(min_length=1, pattern=r"\S")
    type: TypeName = "question"
    priority: PriorityName = "normal"
    team: Number | None = None
    channel: Number | None = None
    tags: list[str] = []
    fields: dict[str, Any] = {}
    files: list[str] = []


class NoteIn(Strict):
    text: str = ""
    html: str = ""
    files: list[str] = []


class ReplyIn(NoteIn):
    """`state` is the ticket's after the reply. With `seen`, the `newest` of a ticket that was read, nothing is sent if
    somebody else wrote or changed its state since: 409 `something_new`."""

    seen: Number | None = None
    state: StateName = "waiting_client"


class LetterIn(NoteIn):
    """`waits`: the ticket waits for the third party from now on; `wakes`: their answer opens it again."""

    to: list[Annotated[str, Field(max_length=320)]] = Field([], max_length=20)
    waits: bool = False
    wakes: bool = True


class AsideIn(LetterIn):
    """Without `channel` by the mailbox that answers the ticket."""

    subject: str = Field(min_length=1, max_length=250)
    channel: Number | None = None


class AsideChange(Strict):
    is_open: bool


class PartyOut(Schema):
    """`is_asked`: the next letter goes there, too."""

    address: str
    name: str
    is_asked: bool


class AsideOut(Schema):
    """A side conversation with a third party, which the client sees nothing of."""

    id: int
    ticket: int
    subject: str
    is_open: bool
    wakes: bool
    opened_at: datetime
    opened_by: Named | None
    parties: list[PartyOut]


class AsideList(Schema):
    items: list[AsideOut]
    next: str | None


class TagChange(Strict):
    add: list[str] = []
    remove: list[str] = []


class TicketChange(Strict):
    """Only what is named changes; all of it or nothing. ``"assignee": null`` takes the ticket from whoever has it.

    ``"asleep": {"until": …}`` puts it off until then, ``{}`` until the client writes; ``"asleep": null`` wakes it.

    `why` and `confirmed` go with `team`: a team may want them, and fields, filled in before it gets a ticket.
    """

    state: StateName | None = None
    priority: PriorityName | None = None
    type: TypeName | None = None
    subject: str | None = Field(None, min_length=1, max_length=250)
    team: Number | None = None
    why: str = Field("", max_length=500)
    confirmed: bool = False
    assignee: Number | None = None
    asleep: Asleep | None = None
    tags: TagChange = TagChange()
    fields: dict[str, Any] = {}


class FileOut(Schema):
    """`id` goes into `files` of a ticket, a reply or a note within a day."""

    id: str
    name: str
    type: str
    size_bytes: int


class AddressShape(Strict):
    kind: Literal["email", "phone"] = "email"
    value: str = Field(min_length=3, max_length=320)


class AddressOut(Schema):
    kind: str
    value: str


class PersonOut(Client):
    language: str
    note: str
    fields: dict[str, Any]
    addresses: list[AddressOut]
    created_at: datetime


class PersonPage(Schema):
    items: list[PersonOut]
    next: str | None


class PersonIn(Strict):
    name: str = Field(min_length=1, max_length=200)
    addresses: list[AddressShape] = Field(min_length=1)
    organisation: Number | None = None
    language: Literal["", "ru", "en"] = ""
    note: str = ""
    fields: dict[str, Any] = {}


class OrganisationOut(Named):
    tax_id: str
    domain: str
    contract: str
    contract_begins: date | None
    contract_ends: date | None
    note: str
    fields: dict[str, Any]


class OrganisationPage(Schema):
    items: list[OrganisationOut]
    next: str | None
