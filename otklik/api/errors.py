"""What the API refuses, each with its stable code and HTTP status."""

from django.utils.translation import gettext_lazy as _

from otklik.lib.errors import OtklikError


class ApiError(OtklikError):
    """A refusal that only machines meet."""

    status: int


class NotSignedIn(ApiError):
    code, status = "token_wanted", 401
    message = _("A valid token is wanted, as “Authorization: Bearer otk_…”. “otklik apitoken NAME” makes one.")


class ScopeMissing(ApiError):
    code, status = "scope_missing", 403
    message = _("This token lacks the scope “%(scope)s”. Make one that has it.")


class OnlyLooks(ApiError):
    code, status = "observer", 403
    message = _("This token acts as %(member)s, an observer, who may look and not change.")


class NotFound(ApiError):
    code, status = "not_found", 404
    message = _("There is no such thing, or this token may not see it.")


class AddressTaken(ApiError):
    code, status = "address_taken", 409
    message = _("The address %(address)s belongs to the client %(client)s already.")


class KeyReused(ApiError):
    code, status = "idempotency_key_reused", 409
    message = _("This Idempotency-Key came with another request before. Take a new key for a new request.")


class FileTooLarge(ApiError):
    code, status = "file_too_large", 413
    message = _("A message may carry %(limit)s MB of files at most.")
