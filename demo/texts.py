"""What the fictional offers say of themselves: kinds of property and sentences in en, es and de."""

from typing import NamedTuple

# The languages in the order of every triple: en, es, de.
Triple = tuple[str, str, str]


class Kind(NamedTuple):
    """A property type: bedrooms, built area and plot as lowest and highest value, areas in m²."""

    name: str
    phrase: Triple
    beds: tuple[int, int]
    built: tuple[int, int]
    plot: tuple[int, int]


# Common kinds stand twice, so that a feed is mostly flats and villas.
KINDS = (
    Kind("Apartment", ("Bright apartment", "Luminoso apartamento", "Helle Wohnung"),
         (1, 3), (55, 120), (0, 0)),
    Kind("Apartment", ("Well-kept flat", "Cuidado piso", "Gepflegte Wohnung"),
         (1, 4), (60, 135), (0, 0)),
    Kind("Villa", ("Detached villa", "Villa independiente", "Freistehende Villa"),
         (3, 6), (140, 420), (450, 1900)),
    Kind("Villa", ("Modern villa", "Villa moderna", "Moderne Villa"),
         (3, 5), (160, 380), (500, 1500)),
    Kind("Town House", ("Corner town house", "Adosado en esquina", "Eckreihenhaus"),
         (2, 4), (90, 170), (80, 240)),
    Kind("Penthouse", ("Penthouse with solarium", "Ático con solárium", "Penthouse mit Solarium"),
         (2, 3), (80, 160), (0, 0)),
    Kind("Bungalow", ("Garden bungalow", "Bungalow con jardín", "Bungalow mit Garten"),
         (2, 3), (65, 110), (40, 160)),
    Kind("Finca", ("Country finca", "Finca rústica", "Ländliche Finca"),
         (2, 5), (110, 320), (2500, 18000)),
    Kind("Studio", ("Compact studio", "Estudio compacto", "Kompaktes Studio"),
         (0, 0), (28, 48), (0, 0)),
    Kind("Plot", ("Building plot", "Parcela urbana", "Baugrundstück"),
         (0, 0), (0, 0), (420, 2400)),
)  # fmt: skip

INSIDE: tuple[Triple, ...] = (
    ("The living room opens onto a covered terrace that gets the sun from noon on.",
     "El salón da a una terraza cubierta con sol desde el mediodía.",
     "Das Wohnzimmer öffnet sich zu einer überdachten Terrasse mit Sonne ab Mittag."),
    ("The kitchen was renewed two years ago and comes with all appliances.",
     "La cocina se reformó hace dos años y se entrega con todos los electrodomésticos.",
     "Die Küche wurde vor zwei Jahren erneuert und wird mit allen Geräten übergeben."),
    ("High ceilings, marble floors and plenty of built-in wardrobes.",
     "Techos altos, suelos de mármol y muchos armarios empotrados.",
     "Hohe Decken, Marmorböden und viele Einbauschränke."),
    ("It is sold furnished & equipped, ready to move in.",
     "Se vende amueblado y equipado, listo para entrar a vivir.",
     "Der Verkauf erfolgt möbliert und ausgestattet, bezugsfertig."),
    ("Ducted air conditioning warms and cools every room.",
     "El aire acondicionado por conductos enfría y calienta todas las estancias.",
     "Eine Klimaanlage mit Kanälen heizt und kühlt alle Räume."),
    ("The main bedroom has a bathroom of its own and a view of the mountains.",
     "El dormitorio principal tiene baño propio y vistas a la montaña.",
     "Das Hauptschlafzimmer hat ein eigenes Bad und Blick auf die Berge."),
    ("Double glazing and electric shutters keep it quiet and cool.",
     "El doble acristalamiento y las persianas eléctricas la mantienen tranquila y fresca.",
     "Doppelverglasung und elektrische Rollläden halten es ruhig und kühl."),
    ("A wood-burning stove makes it comfortable in winter, too.",
     "Una estufa de leña la hace acogedora también en invierno.",
     "Ein Holzofen macht es auch im Winter behaglich."),
)  # fmt: skip

UNBUILT: Triple = (
    "Water and electricity are at the boundary, and a building permit can be applied for at once.",
    "Agua y luz a pie de parcela; la licencia de obra se puede solicitar de inmediato.",
    "Wasser und Strom liegen an der Grenze, eine Baugenehmigung kann sofort beantragt werden.",
)

OUTSIDE: tuple[Triple, ...] = (
    ("Shops, restaurants and the weekly market are five minutes away on foot.",
     "Tiendas, restaurantes y el mercadillo semanal están a cinco minutos a pie.",
     "Geschäfte, Restaurants und der Wochenmarkt sind in fünf Minuten zu Fuß erreichbar."),
    ("The beach is 800 m away, the marina a short walk further.",
     "La playa está a 800 m y el puerto deportivo a un corto paseo.",
     "Der Strand liegt 800 m entfernt, der Yachthafen nur wenig weiter."),
    ("Orange and lemon groves surround it.",
     "Lo rodean huertos de naranjos y limoneros.",
     "Orangen- und Zitronenhaine umgeben es."),
    ("The gated community offers two pools, a padel court and a playground.",
     "La urbanización cerrada ofrece dos piscinas, pista de pádel y parque infantil.",
     "Die geschlossene Anlage bietet zwei Pools, einen Padelplatz und einen Spielplatz."),
    ("Three golf courses can be reached in a quarter of an hour.",
     "Hay tres campos de golf a un cuarto de hora.",
     "Drei Golfplätze sind in einer Viertelstunde erreichbar."),
    ("The airport is 45 minutes away by the toll-free motorway.",
     "El aeropuerto está a 45 minutos por la autovía sin peaje.",
     "Der Flughafen liegt 45 Minuten über die mautfreie Autobahn entfernt."),
    ("It faces south-west, with open views as far as the sea.",
     "Orientación suroeste, con vistas despejadas hasta el mar.",
     "Ausrichtung nach Südwesten, mit freiem Blick bis zum Meer."),
)  # fmt: skip

# One of these closes each text; a text edit moves on to the next, so every edit is visible.
CLOSING: tuple[Triple, ...] = (
    ("Viewings by appointment, also at the weekend.",
     "Visitas con cita previa, también en fin de semana.",
     "Besichtigungen nach Absprache, auch am Wochenende."),
    ("The keys are at our office.",
     "Las llaves están en nuestra oficina.",
     "Die Schlüssel liegen in unserem Büro."),
    ("The owners are open to offers.",
     "Los propietarios escuchan ofertas.",
     "Die Eigentümer sind verhandlungsbereit."),
    ("New pictures will follow shortly.",
     "Próximamente, nuevas fotos.",
     "Neue Bilder folgen in Kürze."),
    ("A video tour is available on request.",
     "Disponemos de un vídeo a petición.",
     "Ein Videorundgang ist auf Anfrage erhältlich."),
)  # fmt: skip

FEATURES = (
    "Private pool", "Communal pool", "Sea views", "Mountain views", "Air conditioning", "Garage",
    "Solarium", "Covered terrace", "Lift", "Furnished", "Barbecue & summer kitchen", "Alarm",
    "Fitted wardrobes", "Central heating", "Storage room", "Double glazing", "Fireplace",
    "Close to the beach", "Close to golf", "Wheelchair access", "Solar panels", "Fruit trees",
)  # fmt: skip

PLOT_FEATURES = (
    "Sea views", "Mountain views", "Close to the beach", "Close to golf", "Fruit trees", "Level",
    "Corner plot", "Paved road",
)  # fmt: skip
