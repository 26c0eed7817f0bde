"""Articles over the API: each reader’s own, and nothing more."""

from otklik.knowledge.models import Base
from otklik.knowledge.tests.cast import KnowledgeTestCase

from .cast import ApiTestCase

TITLES = {"jams", "warranty", "secrets", "plans", "museum"}


class ArticleTests(ApiTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        KnowledgeTestCase.put_articles.__func__(cls)

    def titles(self, path, **rest):
        return {row["title"].split()[1] for row in self.get(path, **rest)["items"]}

    def open_to_all(self, path=""):
        return self.client.get(f"/api/v1/public/articles{path}")

    def test_a_token_reads_what_its_member_sees(self):
        self.assertEqual(self.titles("articles"), TITLES)
        self.assertEqual(self.titles("articles?state=published&audience=staff"), {"secrets"})
        self.assertEqual(self.titles("articles?text=printers+plan"), {"plans"})
        self.assertEqual(self.titles("articles", token=self.token_of(self.olga)), {"jams", "warranty", "secrets"})
        one = self.get(f"articles/{self.public.pk}")
        self.assertEqual(
            (one["state"], one["version"], one["text"]), ("published", 1, "Hold the button for ten seconds.")
        )
        self.assertEqual(self.refusal("GET", f"articles/{self.sales_only.pk}")[0], 404)

    def test_without_a_token_there_is_what_is_for_everybody(self):
        found = self.open_to_all().json()["items"]
        self.assertEqual([row["title"] for row in found], ["Printer jams"])
        self.assertNotIn("views", found[0])
        self.assertEqual(self.open_to_all("?text=printer").json()["items"], found)
        for article in (self.clients, self.staff, self.draft, self.archived):
            self.assertEqual(self.open_to_all(f"/{article.pk}").status_code, 404)
        self.assertEqual(self.client.get("/api/v1/articles").status_code, 401)
        self.assertEqual(self.open_to_all("?cursor=nonsense").status_code, 400)
        Base.objects.create(is_open=False)
        self.assertEqual(self.open_to_all().json()["items"], [])
        self.assertEqual(self.open_to_all(f"/{found[0]['id']}").status_code, 404)

    def test_a_list_costs_the_same_however_long(self):
        with self.assertNumQueries(6):
            self.get("articles")
