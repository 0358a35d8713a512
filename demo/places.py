"""Towns on the Spanish coast for the fictional offers: where they are and what a m² costs there."""

from typing import NamedTuple


class Town(NamedTuple):
    name: str
    province: str
    coast: str
    postcode: str
    lat: float
    lon: float
    eur_per_m2: int


TOWNS = (
    Town("Jávea", "Alicante", "Costa Blanca", "03730", 38.7892, 0.1631, 3100),
    Town("Moraira", "Alicante", "Costa Blanca", "03724", 38.6881, 0.1344, 3400),
    Town("Dénia", "Alicante", "Costa Blanca", "03700", 38.8408, 0.1057, 2450),
    Town("Calpe", "Alicante", "Costa Blanca", "03710", 38.6447, 0.0445, 2600),
    Town("Altea", "Alicante", "Costa Blanca", "03590", 38.5989, -0.0514, 2900),
    Town("Benidorm", "Alicante", "Costa Blanca", "03501", 38.5411, -0.1225, 2700),
    Town("Villajoyosa", "Alicante", "Costa Blanca", "03570", 38.5053, -0.2331, 2300),
    Town("Santa Pola", "Alicante", "Costa Blanca", "03130", 38.1917, -0.5556, 1900),
    Town("Guardamar del Segura", "Alicante", "Costa Blanca", "03140", 38.0897, -0.6556, 2050),
    Town("Torrevieja", "Alicante", "Costa Blanca", "03181", 37.9787, -0.6822, 1950),
    Town("Orihuela Costa", "Alicante", "Costa Blanca", "03189", 37.9290, -0.7480, 2350),
    Town("Los Alcázares", "Murcia", "Costa Cálida", "30710", 37.7443, -0.8513, 1700),
    Town("San Javier", "Murcia", "Costa Cálida", "30730", 37.8063, -0.8373, 1550),
    Town("Mazarrón", "Murcia", "Costa Cálida", "30870", 37.5992, -1.3149, 1350),
    Town("Águilas", "Murcia", "Costa Cálida", "30880", 37.4063, -1.5829, 1450),
    Town("Vera", "Almería", "Costa de Almería", "04620", 37.2470, -1.8682, 1400),
    Town("Mojácar", "Almería", "Costa de Almería", "04638", 37.1397, -1.8510, 1800),
    Town("Roquetas de Mar", "Almería", "Costa de Almería", "04740", 36.7642, -2.6147, 1350),
    Town("Almuñécar", "Granada", "Costa Tropical", "18690", 36.7339, -3.6907, 2150),
    Town("Salobreña", "Granada", "Costa Tropical", "18680", 36.7464, -3.5870, 1900),
    Town("Nerja", "Málaga", "Costa del Sol", "29780", 36.7455, -3.8768, 3000),
    Town("Torrox", "Málaga", "Costa del Sol", "29770", 36.7575, -3.9528, 2250),
    Town("Benalmádena", "Málaga", "Costa del Sol", "29630", 36.5988, -4.5168, 3300),
    Town("Fuengirola", "Málaga", "Costa del Sol", "29640", 36.5397, -4.6262, 3500),
    Town("Mijas", "Málaga", "Costa del Sol", "29650", 36.5959, -4.6373, 3200),
    Town("Estepona", "Málaga", "Costa del Sol", "29680", 36.4276, -5.1459, 3600),
    Town("Cullera", "Valencia", "Costa de Valencia", "46400", 39.1660, -0.2530, 1600),
    Town("Gandia", "Valencia", "Costa de Valencia", "46700", 38.9680, -0.1845, 1750),
    Town("Peñíscola", "Castellón", "Costa del Azahar", "12598", 40.3587, 0.4069, 1850),
    Town("Oropesa del Mar", "Castellón", "Costa del Azahar", "12594", 40.0919, 0.1400, 1650),
    Town("Roses", "Girona", "Costa Brava", "17480", 42.2624, 3.1766, 2800),
    Town("L'Escala", "Girona", "Costa Brava", "17130", 42.1224, 3.1330, 2400),
)

DISTRICTS = (
    "Urb. El Mirador", "Urb. Los Pinos", "Urb. Las Salinas", "Urb. Monte Azul", "Casco antiguo",
    "Puerto", "Primera línea de playa", "Ensanche", "Urb. La Cala", "Urb. Altos del Mar",
    "Partida Les Fonts", "Urb. Vista Bahía", "Paseo marítimo", "Urb. El Olivar",
    "Camino de la Ermita", "Urb. Campo de Golf",
)  # fmt: skip
