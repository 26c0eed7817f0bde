"""Whom the demo company consists of and who writes to it. All names, numbers and addresses are invented."""

from dataclasses import dataclass

COMPANY = "Полушка"
SIGNATURE = "Компания «Полушка»: кассы, весы и сканеры для магазинов\n+7 831 200-00-10, demo.example"

# key -> name
TEAMS = {"support": "Первая линия", "repair": "Выезд и ремонт", "accounts": "Договоры и счета"}


@dataclass(frozen=True)
class Colleague:
    key: str
    name: str
    role: str
    teams: tuple[str, ...]
    signature: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@demo.example"


STAFF = (
    Colleague("vera", "Вера Соболева", "administrator", ("support", "repair", "accounts"), "Вера Соболева"),
    Colleague("mikhail", "Михаил Дроздов", "supervisor", ("support", "repair"), "Михаил Дроздов, старший смены"),
    Colleague("anna", "Анна Белова", "agent", ("support",), "Анна Белова, первая линия"),
    Colleague("oleg", "Олег Кравцов", "agent", ("support", "repair"), "Олег Кравцов, инженер"),
    Colleague("nina", "Нина Югова", "agent", ("accounts", "support"), "Нина Югова, договоры и счета"),
    Colleague("larisa", "Лариса Гордеева", "observer", ("support", "repair", "accounts")),
)

# key, which is also the domain -> name, note
ORGANISATIONS = {
    "rumkray": ("Пекарня «Румяный край»", "Три точки. Кассы открывают в 7:00, звонить до девяти не стоит."),
    "berezka": ("Магазины «Берёзка рядом»", "Одиннадцать магазинов, договор на обслуживание № 17/2."),
    "zdravnitsa": ("Аптека «Здравница-плюс»", ""),
    "ugol": ("Кафе «Тёплый угол»", "Работают до полуночи, выезд только утром."),
    "stroydvor": ("Строительный рынок «Стройдвор»", "Въезд на территорию по пропуску, заказывать накануне."),
    "lyutik": ("Цветочная мастерская «Лютик»", ""),
    "polochki": ("Хозяйственный магазин «Всё по полочкам»", ""),
    "zakladka": ("Книжная лавка «Закладка»", ""),
    "nadoy": ("Фермерская лавка «Утренний надой»", "Весы на поверке каждый сентябрь."),
    "hvost": ("Зоомагазин «Хвост и грива»", ""),
    "prichal": ("Гостиница «Причал»", "Счета только с номером договора, иначе бухгалтерия вернёт."),
    "korablik": ("Детский центр «Кораблик»", ""),
}


@dataclass(frozen=True)
class Writer:
    """A client. Without a firm they write from an address of their own."""

    key: str
    name: str
    firm: str = ""
    phone: str = ""
    note: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@{self.firm or 'pochta'}.example"


WRITERS = (
    Writer("marina", "Марина Ожогина", "rumkray", "+78312000011", "Заведующая. Просит писать, а не звонить."),
    Writer("gleb", "Глеб Ожогин", "rumkray", "+78312000012"),
    Writer("tamara", "Тамара Ильинична Рощина", "rumkray"),
    Writer("svetlana", "Светлана Крюкова", "berezka", "+78312000013", "Отвечает за все кассы сети."),
    Writer("denis", "Денис Латышев", "berezka", "+78312000014"),
    Writer("irina", "Ирина Пахомова", "berezka", note="Бухгалтер."),
    Writer("kassa4", "Магазин № 4, касса", "berezka"),
    Writer("elena", "Елена Викторовна Заславская", "zdravnitsa", "+78312000015"),
    Writer("roman", "Роман Щукин", "zdravnitsa"),
    Writer("arsen", "Арсен Мелконян", "ugol", "+78312000016"),
    Writer("dasha", "Дарья Климова", "ugol"),
    Writer("petr", "Пётр Сергеевич Башкиров", "stroydvor", "+78312000017"),
    Writer("kseniya", "Ксения Башкирова", "stroydvor"),
    Writer("yulia", "Юлия Ветрова", "lyutik", "+78312000018"),
    Writer("sergey", "Сергей Ильич Копытов", "polochki", "+78312000019"),
    Writer("lyudmila", "Людмила Копытова", "polochki"),
    Writer("fedor", "Фёдор Лунин", "zakladka", "+78312000020", "Пишет подробно и по делу."),
    Writer("asya", "Ася Лунина", "zakladka"),
    Writer("grigory", "Григорий Пастухов", "nadoy", "+78312000021"),
    Writer("olesya", "Олеся Пастухова", "nadoy"),
    Writer("vlad", "Владислав Гривин", "hvost", "+78312000022"),
    Writer("nadezhda", "Надежда Гривина", "hvost"),
    Writer("alla", "Алла Борисовна Штерн", "prichal", "+78312000023", "Главный бухгалтер."),
    Writer("konstantin", "Константин Маяков", "prichal"),
    Writer("zoya", "Зоя Парусова", "korablik", "+78312000024"),
    Writer("timofey", "Тимофей Русаков", "korablik"),
    Writer("valentina.s", "Валентина Сухова", phone="+78312000025"),
    Writer("boris-1957", "Борис Наумович Глинка", phone="+78312000026", note="Предпочитает телефон."),
    Writer("rita.chay", "Маргарита Чайкина"),
    Writer("ip.zimin", "Андрей Зимин", phone="+78312000027"),
)

# Custom fields of tickets: key, label, kind, choices, types that have it.
FIELDS = (
    ("device", "Оборудование", "choice", ("Касса", "Весы", "Сканер", "Принтер этикеток", "Терминал оплаты"),
     ("incident", "service_request")),
    ("serial", "Заводской номер", "text", (), ("incident", "service_request")),
    ("contract", "Номер договора", "text", (), ()),
    ("visit_on", "Дата выезда", "date", (), ("incident", "service_request")),
)  # fmt: skip
# Custom fields of people: key, label, kind, choices.
PERSON_FIELDS = (("reach", "Как удобнее связаться", "choice", ("Почта", "Телефон")),)

CONSENT = (
    "Я согласен на обработку моих имени, адреса и текста обращения компанией «Полушка», "
    "чтобы она могла мне ответить. Согласие можно отозвать письмом на support@demo.example."
)
