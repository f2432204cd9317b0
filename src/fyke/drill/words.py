"""Words of which a world is made. All names are invented; no brand is anybody's."""

from __future__ import annotations

GOODS = ("pills", "replica", "software", "adult")
LANGUAGES = ("en", "de", "fr", "es", "pt", "ru")

# Sentences of a template, by goods and language. {a|b} is a macro: each mail takes one.
SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "pills": {
        "en": (
            "{Buy|Order|Get} your {pills|tablets|medications} online without {any|a} prescription",
            "Our {licensed|trusted|certified} online pharmacy ships {worldwide|to every country} within {two|three|five} days",
            "{Generic|Original} viagra and cialis from {1.20|0.95|1.50} dollars a {pill|tablet}",
            "No doctor visit, no waiting room, {complete|full} privacy guaranteed",
            "{Lose|Drop} weight fast with our {new|natural|herbal} diet capsules",
            "{Save|Keep} up to {70|80|85} percent on {brand|name} medications this week",
            "Thousands of satisfied {customers|patients} order {again|every month}",
            "{Plain|Discreet} packaging and free {samples|bonus pills} with each order",
        ),
        "de": (
            "{Bestellen|Kaufen} Sie Medikamente {bequem|online} ohne Rezept",
            "Unsere Online-Apotheke liefert {diskret|schnell} in {drei|fünf} Tagen",
            "Potenzmittel zum {halben|kleinen} Preis, nur diese Woche",
            "Keine Wartezimmer, kein Arztbesuch, volle {Diskretion|Sicherheit}",
            "Tausende zufriedene Kunden bestellen {jeden Monat|immer wieder}",
        ),
        "fr": (
            "{Achetez|Commandez} vos médicaments en ligne sans ordonnance",
            "Notre pharmacie {agréée|fiable} livre en {trois|cinq} jours partout en Europe",
            "Jusqu'à {70|80} pour cent de réduction cette semaine",
            "Emballage {discret|neutre} et livraison gratuite",
        ),
        "es": (
            "{Compre|Pida} sus medicinas en línea sin receta médica",
            "Nuestra farmacia envía a todo el mundo en {tres|cinco} días",
            "Hasta {70|80} por ciento de descuento solo esta semana",
            "Paquete {discreto|neutro} y envío gratis",
        ),
        "pt": (
            "{Compre|Encomende} remédios pela internet sem receita",
            "A nossa farmácia entrega em {três|cinco} dias com total discrição",
            "Até {70|80} por cento de desconto nesta semana",
        ),
        "ru": (
            "{Закажите|Купите} лекарства в интернете без рецепта",
            "Наша аптека доставит заказ за {три|пять} дней",
            "Скидки до {70|80} процентов только на этой неделе",
        ),
    },
    "replica": {
        "en": (
            "{Luxury|Exclusive|Designer} watches that look {exactly|just} like the original",
            "Our replica {handbags|watches|jewellery} have the same weight, {finish|engraving} and box",
            "Nobody will {notice|see} the difference, only your wallet will",
            "{Swiss|Japanese} movement, sapphire glass and {genuine|real} leather strap",
            "Prices from {99|129|149} dollars, {shipping|delivery} included",
            "Every {piece|model} is inspected by our {craftsmen|experts} before it leaves",
            "The {new|spring|winter} collection of copies has {arrived|just come in}",
        ),
        "de": (
            "{Luxusuhren|Designertaschen} als perfekte Kopie zum kleinen Preis",
            "Niemand sieht den Unterschied zum Original, {garantiert|versprochen}",
            "Schweizer Werk, Saphirglas und {echtes|feines} Leder ab {99|129} Euro",
        ),
        "fr": (
            "Montres et sacs de luxe, répliques {parfaites|exactes} à petit prix",
            "Personne ne verra la différence avec {l'original|le vrai}",
            "Mouvement suisse et cuir véritable à partir de {99|129} euros",
        ),
        "es": (
            "Relojes y bolsos de lujo, réplicas {perfectas|exactas} a bajo precio",
            "Nadie notará la diferencia con el {original|verdadero}",
            "Movimiento suizo y cuero genuino desde {99|129} euros",
        ),
    },
    "software": {
        "en": (
            "{Office|Design|Video} software for {download|instant download} at a tenth of the shop price",
            "OEM licences, full versions, no box and no {manual|disc}",
            "Why pay {600|800|900} dollars when you can have it for {59|69|79}",
            "{All|Most} languages, all updates, activation key {included|by mail}",
            "Download links are sent {minutes|at once} after your payment",
            "More than {200|300|400} titles for work, photo and {music|accounting}",
            "Our cheap software is {complete|unlocked} and works for ever",
        ),
        "de": (
            "Software zum {Herunterladen|Download} für ein Zehntel des Ladenpreises",
            "OEM-Lizenzen, Vollversionen, Schlüssel {sofort|per Mail}",
            "Über {200|300} Programme in allen Sprachen",
        ),
        "fr": (
            "Logiciels à télécharger pour un dixième du prix {public|habituel}",
            "Versions complètes, clé d'activation {incluse|par courriel}",
            "Plus de {200|300} titres dans toutes les langues",
        ),
        "es": (
            "Programas para descargar por la décima parte del precio",
            "Versiones completas, clave de activación {incluida|por correo}",
            "Más de {200|300} títulos en todos los idiomas",
        ),
    },
    "adult": {
        "en": (
            "{Lonely|Bored} women in your {town|area} are {waiting|online} tonight",
            "Adults only: {uncensored|private} videos and live webcam shows",
            "{Free|Unlimited} access to thousands of adult {films|movies} for {three|five|seven} days",
            "No credit check, {billed|charged} discreetly, cancel any time",
            "New xxx {clips|scenes} every {day|hour}, only for members over eighteen",
            "She {wants|would like} to meet you for {fun|a hot night}, look at her profile",
        ),
        "de": (
            "Einsame Frauen aus Ihrer {Stadt|Nähe} warten heute Nacht",
            "Nur für Erwachsene: {private|unzensierte} Videos und Live-Webcams",
            "{Drei|Fünf} Tage kostenloser Zugang zu tausenden Filmen",
        ),
        "fr": (
            "Des femmes seules de votre {ville|région} vous attendent ce soir",
            "Réservé aux adultes : vidéos {privées|non censurées} et webcams en direct",
            "Accès gratuit pendant {trois|cinq} jours",
        ),
        "es": (
            "Mujeres solas de tu {ciudad|zona} te esperan esta noche",
            "Solo adultos: videos {privados|sin censura} y cámaras en vivo",
            "Acceso gratis durante {tres|cinco} días",
        ),
    },
}
SUBJECTS = {
    "pills": (
        "{Save|Keep} {70|80}% on your {medications|pills}",
        "Your {pharmacy|refill} order",
        "{Great|Best} prices on pills",
    ),
    "replica": (
        "{Luxury|Designer} watches from {99|129}",
        "Look {rich|your best} for less",
        "The new replica collection",
    ),
    "software": (
        "{Cheap|OEM} software, {full|complete} versions",
        "Download {today|now}, pay less",
        "{Office|Design} suite for {59|69}",
    ),
    "adult": ("{She|Anna|Julia} is {waiting|online}", "Adults only, {tonight|free}", "New {videos|films} inside"),
}
CALLS = {
    "en": "{Click|Look} here", "de": "{Hier klicken|Mehr dazu}", "fr": "{Cliquez ici|Voir}", "es": "{Haga clic|Vea aquí}",
    "pt": "{Clique aqui|Veja}", "ru": "{Нажмите здесь|Смотрите}",
}  # fmt: skip
# Words that mails are padded and changed with, by language.
DICTIONARY = {
    "en": "morning paper garden window music winter bridge coffee travel letter summer river simple people market station corner evening yellow number little teacher picture modern silver forest doctor quiet village season planet island copper ticket shadow gentle mirror basket pepper anchor harbor meadow lantern velvet".split(),
    "de": "morgen zeitung garten fenster winter brücke kaffee reise sommer fluss einfach markt bahnhof abend gelb nummer lehrer bild silber wald ruhig dorf insel kupfer schatten spiegel korb anker hafen wiese laterne".split(),
    "fr": "matin journal jardin fenêtre hiver pont café voyage été rivière simple marché gare soir jaune numéro maître image argent forêt calme village île cuivre ombre miroir panier ancre port prairie lanterne".split(),
    "es": "mañana diario jardín ventana invierno puente café viaje verano río sencillo mercado estación tarde amarillo número maestro imagen plata bosque pueblo isla cobre sombra espejo cesta ancla puerto prado farol".split(),
    "pt": "manhã jornal jardim janela inverno ponte café viagem verão rio simples mercado estação tarde amarelo número mestre imagem prata floresta aldeia ilha cobre sombra espelho cesta porto prado".split(),
    "ru": "утро газета сад окно зима мост кофе поездка лето река рынок вокзал вечер номер учитель картина серебро лес деревня остров медь тень зеркало корзина якорь гавань луг фонарь".split(),
}
STEMS = {
    "pills": "pill med rx pharm tab cure health dose heal tonic".split(),
    "replica": "watch lux gold time style prime royal chrono elite gem".split(),
    "software": "soft oem code app disk key load byte suite pro".split(),
    "adult": "kiss night hot cam love desire velvet eve rose secret".split(),
    "honest": "oak river blue north stone bright maple cedar field harbor linen copper amber willow summit meadow orchard pine lake cotton".split(),
}
TAILS = "shop store world online direct land club plus zone market mart center depot line point group home best quick deal".split()
FIRST = "Ivor Nadia Pavel Greta Tomas Lena Oskar Mira Anton Sofia Karel Vera Boris Clara Milan Ida Felix Nora Hugo Elsa".split()
LAST = "Brandt Kowal Petrik Varga Lindo Marsh Novotny Sorel Tasker Ullman Verne Wexler Yarrow Zeman Orlow Quist Rane Hollis".split()
STREETS = "Mill Lane,Harbor Street,Station Road,Oak Avenue,Church Row,Bridge Street,Garden Way,Market Square".split(",")
TOWNS = (
    "Springfield MA 01101,Newport RI 02840,Ashford KY 41001,Milton VT 05468,Fairview OR 97024,Clinton IA 52732".split(
        ","
    )
)
