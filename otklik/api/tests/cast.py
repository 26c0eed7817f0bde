"""The cast with tokens in their pockets."""

from typing import Any

from django.http import HttpResponse

from otklik.api.models import SCOPES, ApiToken
from otklik.staff.models import Member
from otklik.testing import CastTestCase

BASE = "/api/v1/"


class ApiTestCase(CastTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.token = cls.token_of(cls.ana)

    @staticmethod
    def token_of(member: Member, *scopes: str) -> str:
        name = f"{member.name} {' '.join(scopes)}"
        return ApiToken.issue(name, member, scopes=scopes or SCOPES)[1]

    def ask(self, method: str, path: str, body: Any = None, *, token: str | None = None, key: str = "") -> HttpResponse:
        headers = {"authorization": f"Bearer {self.token if token is None else token}"}
        headers |= {"idempotency-key": key} if key else {}
        path = path if path.startswith("/") else BASE + path
        return self.client.generic(
            method, path, b"" if body is None else self._json(body), content_type="application/json", headers=headers
        )

    def _json(self, body: Any) -> bytes:
        return self.client._encode_json(body, "application/json").encode()

    def get(self, path: str, **rest: Any) -> Any:
        answer = self.ask("GET", path, **rest)
        self.assertEqual(answer.status_code, 200, answer.content)
        return answer.json()

    def post(self, path: str, body: Any, **rest: Any) -> Any:
        answer = self.ask("POST", path, body, **rest)
        self.assertEqual(answer.status_code, 201, answer.content)
        return answer.json()

    def patch(self, path: str, body: Any, **rest: Any) -> Any:
        answer = self.ask("PATCH", path, body, **rest)
        self.assertEqual(answer.status_code, 200, answer.content)
        return answer.json()

    def refusal(self, method: str, path: str, body: Any = None, **rest: Any) -> tuple[int, str]:
        """The status and the code of a problem."""
        answer = self.ask(method, path, body, **rest)
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], answer.status_code)
        self.assertTrue(problem["title"] and problem["detail"])
        return answer.status_code, problem["code"]
