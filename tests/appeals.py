"""One story with one outlet's furniture around it, as outlets of twelve languages would print it. All of it invented."""

from typing import NamedTuple

DON = frozenset({"donation_appeal"})
NEWS = frozenset({"newsletter_signup"})
PRIVACY = frozenset({"cookie_privacy_notice", "newsletter_signup"})
PAY = frozenset({"payment_widget"})
EITHER = frozenset({"donation_appeal", "payment_widget"})
PHOTO = frozenset({"caption", "photo_credit"})
MORE = frozenset({"related_links"})


class Piece(NamedTuple):
    text: str
    kinds: frozenset[str]


class Article(NamedTuple):
    """A scraped article: its headline, its paragraphs, and the furniture by the part of the page it stands in."""

    language: str
    title: str
    body: tuple[str, ...]
    slogan: str
    photo: str
    newsletter: tuple[Piece, ...]
    letter: tuple[str, ...]
    buttons: tuple[Piece, ...]
    more: str

    def lines(self) -> list[tuple[str, frozenset[str] | None]]:
        """Every line in the order of the page, with the kinds it may be cut as, None for what stays."""
        return [
            (self.slogan, DON),
            (self.title, None),
            (self.photo, PHOTO),
            *((p, None) for p in self.body),
            *self.newsletter,
            *((p, DON) for p in self.letter),
            *self.buttons,
            (self.more, MORE),
        ]


def _article(
    language: str,
    title: str,
    photo: str,
    body: tuple[str, ...],
    slogan: str,
    newsletter: tuple[str, str, str],
    letter: tuple[str, ...],
    buttons: tuple[str, str, str, str, str],
    later: tuple[str, str],
    more: str,
) -> Article:
    return Article(
        language,
        title,
        body,
        slogan,
        photo,
        (Piece(newsletter[0], NEWS), Piece(newsletter[1], NEWS), Piece(newsletter[2], PRIVACY)),
        letter,
        (*(Piece(b, PAY) for b in buttons), *(Piece(b, EITHER) for b in later)),
        more,
    )


ARTICLES = (
    _article(
        "en",
        "Harbour Town Votes to Rebuild Its Flooded Library",
        "Mayor Ines Calder outside the old library. Tomas Brandt / Nordlicht",
        (
            "The council of Port Arden voted on Tuesday to rebuild the public library that a storm surge destroyed last winter.",
            "Mayor Ines Calder said the new building would stand two metres higher than the old one and cost about 14 million dollars.",
            '"We lost forty thousand books in one night," Calder told reporters after the vote. "We will not lose them twice."',
            "Opponents had argued that the money should go to the sea wall, which engineers say needs repairs before the next storm season.",
            "Construction is expected to begin in March, the town's building office said.",
        ),
        "Support The Arden Courier!",
        (
            "Sign up for our free weekly newsletter",
            "Our weekly newsletter brings you a hand-picked selection of news and features from The Arden Courier, in your inbox every Friday. Never miss a story from the coast.",
            "Subscribers agree to the Privacy Policy",
        ),
        (
            "A Message from The Arden Courier:",
            "Dear readers,",
            'We are facing the hardest months in our history. The regional prosecutor has called The Arden Courier an "extremist" publication, putting our reporters at risk of arrest.',
            'These measures are meant to silence independent journalism on the coast. The authorities claim our work "harms public order." We disagree: we strive to report accurately and fairly.',
            "We, the journalists of The Arden Courier, will not be silenced. But to go on, we need your help.",
            "Your support, however small, makes a real difference. If you can, please support us every month, starting from just $3.",
            "By supporting The Arden Courier you are defending free reporting. Thank you for standing with us.",
        ),
        ("Once", "Monthly", "Annual", "Continue", "Payment methods"),
        ("Not ready to support today?", "Remind me later."),
        "Read more",
    ),
    _article(
        "de",
        "Hafenstadt stimmt für den Wiederaufbau der überfluteten Bücherei",
        "Bürgermeisterin Ines Kalder vor der alten Bücherei. Tomas Brandt / Nordlicht",
        (
            "Der Stadtrat von Ardenhafen hat am Dienstag beschlossen, die von einer Sturmflut zerstörte Stadtbücherei wieder aufzubauen.",
            "Bürgermeisterin Ines Kalder sagte, das neue Gebäude werde zwei Meter höher stehen als das alte und rund 14 Millionen Euro kosten.",
            "„Wir haben in einer Nacht vierzigtausend Bücher verloren“, sagte Kalder nach der Abstimmung. „Das passiert uns kein zweites Mal.“",
            "Die Gegner hatten gefordert, das Geld in den Deich zu stecken, der nach Angaben von Ingenieuren vor der nächsten Sturmsaison repariert werden muss.",
            "Die Bauarbeiten sollen im März beginnen, teilte das Bauamt der Stadt mit.",
        ),
        "Unterstützen Sie den Ardener Kurier!",
        (
            "Melden Sie sich für unseren kostenlosen wöchentlichen Newsletter an",
            "Unser wöchentlicher Newsletter enthält eine handverlesene Auswahl an Nachrichten und Reportagen aus dem Ardener Kurier. Sie finden ihn jeden Freitag in Ihrem Postfach. Verpassen Sie nichts mehr von der Küste.",
            "Abonnenten stimmen der Datenschutzerklärung zu",
        ),
        (
            "Eine Nachricht vom Ardener Kurier:",
            "Liebe Leserinnen und Leser,",
            "wir stehen vor beispiellosen Herausforderungen. Die Staatsanwaltschaft hat den Ardener Kurier zur „unerwünschten“ Organisation erklärt, kriminalisiert damit unsere Arbeit und setzt unsere Mitarbeiter der Gefahr einer Strafverfolgung aus.",
            "Das ist der Versuch, unabhängigen Journalismus zum Schweigen zu bringen. Die Behörden behaupten, unsere Arbeit „schade der öffentlichen Ordnung“. Wir sehen das anders: Wir bemühen uns um genaue, unvoreingenommene Berichterstattung.",
            "Wir, die Journalistinnen und Journalisten des Ardener Kuriers, lassen uns nicht zum Schweigen bringen. Doch um weiterzuarbeiten, brauchen wir Ihre Hilfe.",
            "Ihre Unterstützung, egal wie klein, macht einen großen Unterschied. Wenn Sie können, unterstützen Sie uns bitte monatlich, schon ab 3 Euro. Es ist schnell eingerichtet.",
            "Mit Ihrer Unterstützung verteidigen Sie offenen, unabhängigen Journalismus. Danke, dass Sie an unserer Seite stehen.",
        ),
        ("Einmalig", "Monatlich", "Jährlich", "Weiter", "Zahlungsmethoden"),
        ("Heute noch nicht bereit zu unterstützen?", "Später erinnern."),
        "Mehr lesen",
    ),
    _article(
        "es",
        "La ciudad portuaria aprueba reconstruir su biblioteca inundada",
        "La alcaldesa Inés Caldera frente a la antigua biblioteca. Tomás Brandt / Nordlicht",
        (
            "El concejo de Puerto Ardén aprobó el martes reconstruir la biblioteca pública que una marejada destruyó el invierno pasado.",
            "La alcaldesa Inés Caldera dijo que el nuevo edificio estará dos metros más alto que el anterior y costará unos 14 millones de euros.",
            "«Perdimos cuarenta mil libros en una noche», declaró Caldera tras la votación. «No los vamos a perder dos veces.»",
            "La oposición había pedido que el dinero se destinara al dique, que según los ingenieros necesita reparaciones antes de la próxima temporada de tormentas.",
            "Las obras comenzarán en marzo, informó la oficina de urbanismo.",
        ),
        "¡Apoya a El Correo de Ardén!",
        (
            "Suscríbete a nuestro boletín semanal gratuito",
            "Nuestro boletín semanal contiene una selección de noticias, reportajes y análisis de El Correo de Ardén. Lo recibirás en tu correo todos los viernes. No te pierdas ninguna noticia de la costa.",
            "Los suscriptores aceptan la Política de Privacidad",
        ),
        (
            "Un mensaje de El Correo de Ardén:",
            "Queridos lectores:",
            "Nos enfrentamos a desafíos sin precedentes. La Fiscalía ha declarado a El Correo de Ardén organización «indeseable», lo que criminaliza nuestro trabajo y pone a nuestro equipo en riesgo de ser procesado.",
            "Estas medidas son intentos directos de silenciar el periodismo independiente. Las autoridades afirman que nuestro trabajo «altera el orden público». Nosotros lo vemos de otra manera: nos esforzamos por ofrecer información precisa e imparcial.",
            "Nosotros, los periodistas de El Correo de Ardén, nos negamos a ser silenciados. Pero para continuar nuestro trabajo necesitamos tu ayuda.",
            "Tu apoyo, por pequeño que sea, marca una gran diferencia. Si puedes, apóyanos mensualmente desde solo 2 euros. Es rápido de configurar.",
            "Al apoyar a El Correo de Ardén defiendes el periodismo libre e independiente frente a la represión. Gracias por estar con nosotros.",
        ),
        ("Una vez", "Mensual", "Anual", "Continuar", "Métodos de pago"),
        ("¿Aún no estás listo para apoyar hoy?", "Recuérdamelo más tarde."),
        "Leer más",
    ),
    _article(
        "fr",
        "La ville portuaire vote la reconstruction de sa bibliothèque inondée",
        "La maire Inès Caldère devant l'ancienne bibliothèque. Thomas Brandt / Nordlicht",
        (
            "Le conseil municipal de Port-Arden a voté mardi la reconstruction de la bibliothèque publique qu'une tempête a détruite l'hiver dernier.",
            "La maire Inès Caldère a déclaré que le nouveau bâtiment serait deux mètres plus haut que l'ancien et coûterait environ 14 millions d'euros.",
            "« Nous avons perdu quarante mille livres en une nuit », a déclaré la maire après le vote. « Nous ne les perdrons pas deux fois. »",
            "Les opposants estimaient que l'argent devait aller à la digue, qui, selon les ingénieurs, doit être réparée avant la prochaine saison des tempêtes.",
            "Les travaux devraient commencer en mars, a indiqué le service d'urbanisme.",
        ),
        "Soutenez Le Courrier d'Arden !",
        (
            "Inscrivez-vous à notre newsletter hebdomadaire gratuite",
            "Notre newsletter hebdomadaire contient une sélection d'articles, de reportages et d'analyses du Courrier d'Arden. Vous la recevrez chaque vendredi dans votre boîte mail. Ne manquez plus rien de la côte.",
            "Les abonnés acceptent la politique de confidentialité",
        ),
        (
            "Un message du Courrier d'Arden :",
            "Chers lecteurs,",
            "Nous sommes confrontés à des défis sans précédent. Le parquet a désigné Le Courrier d'Arden comme organisation « indésirable », criminalisant notre travail et exposant notre équipe à des poursuites.",
            "Ces mesures visent à réduire au silence le journalisme indépendant. Les autorités affirment que notre travail « trouble l'ordre public ». Nous voyons les choses autrement : nous nous efforçons de fournir une information précise et impartiale.",
            "Nous, journalistes du Courrier d'Arden, refusons d'être réduits au silence. Mais pour poursuivre notre travail, nous avons besoin de votre aide.",
            "Votre soutien, aussi modeste soit-il, fait une énorme différence. Si vous le pouvez, soutenez-nous chaque mois à partir de seulement 2 euros. C'est rapide à mettre en place.",
            "En soutenant Le Courrier d'Arden, vous défendez un journalisme libre et indépendant. Merci d'être à nos côtés.",
        ),
        ("Une fois", "Mensuel", "Annuel", "Continuer", "Moyens de paiement"),
        ("Pas encore prêt à soutenir aujourd'hui ?", "Me le rappeler plus tard."),
        "Lire la suite",
    ),
    _article(
        "pt",
        "Cidade portuária aprova a reconstrução da biblioteca inundada",
        "A prefeita Inês Caldeira em frente à antiga biblioteca. Tomás Brandt / Nordlicht",
        (
            "A câmara de Porto Arden aprovou na terça-feira a reconstrução da biblioteca pública destruída por uma ressaca no inverno passado.",
            "A prefeita Inês Caldeira disse que o novo prédio ficará dois metros mais alto do que o antigo e custará cerca de 14 milhões de reais.",
            '"Perdemos quarenta mil livros em uma noite", afirmou Caldeira após a votação. "Não vamos perdê-los duas vezes."',
            "A oposição queria que o dinheiro fosse para o dique, que segundo os engenheiros precisa de reparos antes da próxima temporada de tempestades.",
            "As obras devem começar em março, informou a secretaria de obras.",
        ),
        "Apoie o Correio de Arden!",
        (
            "Inscreva-se na nossa newsletter semanal gratuita",
            "Nossa newsletter semanal traz uma seleção de notícias, reportagens e análises do Correio de Arden. Você a recebe na sua caixa de entrada toda sexta-feira. Não perca nenhuma notícia do litoral.",
            "Os assinantes concordam com a Política de Privacidade",
        ),
        (
            "Uma mensagem do Correio de Arden:",
            "Caros leitores,",
            'Estamos enfrentando desafios sem precedentes. O Ministério Público classificou o Correio de Arden como organização "indesejável", criminalizando o nosso trabalho e colocando nossa equipe em risco de processo.',
            'Essas medidas são tentativas diretas de silenciar o jornalismo independente. As autoridades alegam que o nosso trabalho "perturba a ordem pública". Nós vemos as coisas de outra forma: buscamos oferecer informação precisa e imparcial.',
            "Nós, jornalistas do Correio de Arden, nos recusamos a ser silenciados. Mas, para continuar o nosso trabalho, precisamos da sua ajuda.",
            "Seu apoio, por menor que seja, faz toda a diferença. Se puder, apoie-nos mensalmente a partir de apenas R$ 10. É rápido de configurar.",
            "Ao apoiar o Correio de Arden, você defende o jornalismo livre e independente. Obrigado por estar ao nosso lado.",
        ),
        ("Uma vez", "Mensal", "Anual", "Continuar", "Métodos de pagamento"),
        ("Ainda não está pronto para apoiar hoje?", "Lembrar mais tarde."),
        "Leia mais",
    ),
    _article(
        "it",
        "La città portuale vota per ricostruire la biblioteca allagata",
        "La sindaca Ines Caldera davanti alla vecchia biblioteca. Tommaso Brandt / Nordlicht",
        (
            "Il consiglio comunale di Porto Arden ha votato martedì la ricostruzione della biblioteca pubblica distrutta da una mareggiata lo scorso inverno.",
            "La sindaca Ines Caldera ha detto che il nuovo edificio sarà due metri più alto del vecchio e costerà circa 14 milioni di euro.",
            "«Abbiamo perso quarantamila libri in una notte», ha dichiarato Caldera dopo il voto. «Non li perderemo due volte.»",
            "L'opposizione voleva che i soldi andassero alla diga, che secondo gli ingegneri va riparata prima della prossima stagione di tempeste.",
            "I lavori dovrebbero cominciare a marzo, ha annunciato l'ufficio tecnico.",
        ),
        "Sostieni il Corriere di Arden!",
        (
            "Iscriviti alla nostra newsletter settimanale gratuita",
            "La nostra newsletter settimanale contiene una selezione di notizie, servizi e analisi del Corriere di Arden. La riceverai ogni venerdì nella tua casella di posta. Non perdere nessuna notizia dalla costa.",
            "Gli iscritti accettano l'informativa sulla privacy",
        ),
        (
            "Un messaggio dal Corriere di Arden:",
            "Cari lettori,",
            "stiamo affrontando sfide senza precedenti. La procura ha dichiarato il Corriere di Arden organizzazione «indesiderabile», criminalizzando il nostro lavoro ed esponendo la nostra redazione al rischio di processo.",
            "Queste misure sono tentativi diretti di mettere a tacere il giornalismo indipendente. Le autorità sostengono che il nostro lavoro «turba l'ordine pubblico». Noi la vediamo diversamente: ci impegniamo a offrire un'informazione accurata e imparziale.",
            "Noi, giornalisti del Corriere di Arden, ci rifiutiamo di essere messi a tacere. Ma per continuare il nostro lavoro abbiamo bisogno del tuo aiuto.",
            "Il tuo sostegno, per quanto piccolo, fa una grande differenza. Se puoi, sostienici ogni mese a partire da soli 2 euro. È facile e veloce.",
            "Sostenendo il Corriere di Arden difendi un giornalismo libero e indipendente. Grazie per essere al nostro fianco.",
        ),
        ("Una volta", "Mensile", "Annuale", "Continua", "Metodi di pagamento"),
        ("Non sei ancora pronto a sostenerci oggi?", "Ricordamelo più tardi."),
        "Leggi di più",
    ),
    _article(
        "pl",
        "Portowe miasto odbuduje zalaną bibliotekę",
        "Burmistrz Inez Kalder przed starą biblioteką. Tomasz Brandt / Nordlicht",
        (
            "Rada miasta Arden we wtorek przegłosowała odbudowę biblioteki publicznej, którą zeszłej zimy zniszczył sztorm.",
            "Burmistrz Inez Kalder powiedziała, że nowy budynek stanie dwa metry wyżej niż stary i będzie kosztował około 14 milionów złotych.",
            "„W jedną noc straciliśmy czterdzieści tysięcy książek” – mówiła Kalder po głosowaniu. „Drugi raz ich nie stracimy”.",
            "Przeciwnicy chcieli przeznaczyć te pieniądze na wał przeciwpowodziowy, który według inżynierów wymaga naprawy przed kolejnym sezonem sztormów.",
            "Budowa ma się zacząć w marcu, poinformował wydział architektury.",
        ),
        "Wesprzyj Kuriera Ardeńskiego!",
        (
            "Zapisz się na nasz bezpłatny cotygodniowy newsletter",
            "Nasz cotygodniowy newsletter zawiera starannie wybrane wiadomości, reportaże i analizy Kuriera Ardeńskiego. Otrzymasz go w każdy piątek na swoją skrzynkę. Nie przegap żadnej wiadomości z wybrzeża.",
            "Subskrybenci akceptują politykę prywatności",
        ),
        (
            "Wiadomość od Kuriera Ardeńskiego:",
            "Drodzy Czytelnicy,",
            "stoimy przed bezprecedensowymi wyzwaniami. Prokuratura uznała Kuriera Ardeńskiego za organizację „niepożądaną”, co kryminalizuje naszą pracę i naraża naszych pracowników na procesy.",
            "Te działania to próba uciszenia niezależnego dziennikarstwa. Władze twierdzą, że nasza praca „zakłóca porządek publiczny”. My widzimy to inaczej: staramy się rzetelnie i bezstronnie informować.",
            "My, dziennikarze Kuriera Ardeńskiego, nie damy się uciszyć. Aby jednak kontynuować naszą pracę, potrzebujemy twojej pomocy.",
            "Twoje wsparcie, nawet najmniejsze, ma ogromne znaczenie. Jeśli możesz, wesprzyj nas co miesiąc kwotą już od 10 zł. To zajmuje tylko chwilę.",
            "Wspierając Kuriera Ardeńskiego, bronisz wolnego i niezależnego dziennikarstwa. Dziękujemy, że jesteś z nami.",
        ),
        ("Jednorazowo", "Miesięcznie", "Rocznie", "Dalej", "Metody płatności"),
        ("Nie jesteś jeszcze gotowy, by wesprzeć nas dzisiaj?", "Przypomnij mi później."),
        "Czytaj więcej",
    ),
    _article(
        "tr",
        "Liman kenti sular altında kalan kütüphanesini yeniden yapıyor",
        "Belediye Başkanı İnes Kalder eski kütüphanenin önünde. Tomas Brandt / Nordlicht",
        (
            "Arden Limanı belediye meclisi, geçen kış fırtınanın yıktığı halk kütüphanesinin yeniden yapılmasını salı günü kabul etti.",
            "Belediye Başkanı İnes Kalder, yeni binanın eskisinden iki metre yüksekte olacağını ve yaklaşık 14 milyon liraya mal olacağını söyledi.",
            "“Bir gecede kırk bin kitap kaybettik” diyen Kalder, oylamanın ardından “Onları ikinci kez kaybetmeyeceğiz” dedi.",
            "Muhalefet, paranın mühendislere göre gelecek fırtına mevsiminden önce onarılması gereken dalgakırana harcanmasını istiyordu.",
            "İmar müdürlüğü, inşaatın mart ayında başlamasının beklendiğini bildirdi.",
        ),
        "Arden Postası'nı destekleyin!",
        (
            "Ücretsiz haftalık bültenimize kaydolun",
            "Haftalık bültenimiz Arden Postası'ndan özenle seçilmiş haber, dosya ve analizleri içerir. Her cuma posta kutunuza gelir. Kıyıdan hiçbir haberi kaçırmayın.",
            "Aboneler Gizlilik Politikasını kabul eder",
        ),
        (
            "Arden Postası'ndan bir mesaj:",
            "Değerli okurlarımız,",
            "Benzeri görülmemiş zorluklarla karşı karşıyayız. Başsavcılık Arden Postası'nı “istenmeyen” kuruluş ilan etti; bu karar çalışmalarımızı suç sayıyor ve çalışanlarımızı yargılanma riskiyle karşı karşıya bırakıyor.",
            "Bu adımlar bağımsız gazeteciliği susturma girişimidir. Yetkililer çalışmalarımızın “kamu düzenini bozduğunu” öne sürüyor. Biz farklı düşünüyoruz: doğru ve tarafsız habercilik için çabalıyoruz.",
            "Biz, Arden Postası gazetecileri, susturulmayı reddediyoruz. Ancak çalışmalarımızı sürdürmek için yardımınıza ihtiyacımız var.",
            "Desteğiniz, ne kadar küçük olursa olsun, büyük fark yaratır. Mümkünse ayda yalnızca 50 TL'den başlayan desteğinizle yanımızda olun.",
            "Arden Postası'nı destekleyerek özgür ve bağımsız gazeteciliği savunuyorsunuz. Yanımızda olduğunuz için teşekkür ederiz.",
        ),
        ("Bir kez", "Aylık", "Yıllık", "Devam et", "Ödeme yöntemleri"),
        ("Bugün destek olmaya hazır değil misiniz?", "Bana daha sonra hatırlat."),
        "Devamını oku",
    ),
    _article(
        "ru",
        "Портовый город восстановит затопленную библиотеку",
        "Мэр Инес Кальдер у старой библиотеки. Томас Брандт / Нордлихт",
        (
            "Городской совет Порт-Ардена во вторник проголосовал за восстановление публичной библиотеки, разрушенной штормом прошлой зимой.",
            "Мэр Инес Кальдер сказала, что новое здание будет стоять на два метра выше старого и обойдётся примерно в 14 миллионов евро.",
            "«Мы потеряли сорок тысяч книг за одну ночь, — сказала Кальдер после голосования. — Второй раз мы их не потеряем».",
            "Противники решения предлагали потратить деньги на дамбу, которую, по словам инженеров, нужно отремонтировать до следующего сезона штормов.",
            "Строительство должно начаться в марте, сообщили в управлении архитектуры.",
        ),
        "Поддержите «Арденский курьер»!",
        (
            "Подпишитесь на нашу бесплатную еженедельную рассылку",
            "Наша еженедельная рассылка — это подборка новостей, репортажей и аналитики «Арденского курьера». Вы будете получать её на почту каждую пятницу. Не пропустите важные новости побережья.",
            "Подписчики соглашаются с Политикой конфиденциальности",
        ),
        (
            "Обращение «Арденского курьера»:",
            "Дорогие читатели!",
            "Мы столкнулись с беспрецедентными вызовами. Генпрокуратура признала «Арденский курьер» «нежелательной» организацией, что делает нашу работу преступлением и подвергает наших сотрудников риску преследования.",
            "Это прямая попытка заставить замолчать независимую журналистику. Власти утверждают, что наша работа «дискредитирует руководство страны». Мы видим это иначе: мы стремимся давать точную и непредвзятую информацию.",
            "Мы, журналисты «Арденского курьера», отказываемся молчать. Но чтобы продолжать работу, нам нужна ваша помощь.",
            "Ваша поддержка, какой бы скромной она ни была, имеет огромное значение. Если можете, поддержите нас ежемесячным пожертвованием — всего от 200 рублей.",
            "Поддерживая «Арденский курьер», вы защищаете свободную и независимую журналистику. Спасибо, что вы с нами.",
        ),
        ("Разово", "Ежемесячно", "Ежегодно", "Продолжить", "Способы оплаты"),
        ("Не готовы поддержать нас сегодня?", "Напомнить позже."),
        "Читать далее",
    ),
    _article(
        "uk",
        "Портове місто відбудує затоплену бібліотеку",
        "Мерка Інес Кальдер біля старої бібліотеки. Томас Брандт / Нордліхт",
        (
            "Міська рада Порт-Ардена у вівторок проголосувала за відбудову публічної бібліотеки, яку торік узимку зруйнував шторм.",
            "Мерка Інес Кальдер сказала, що нова будівля стоятиме на два метри вище за стару й коштуватиме близько 14 мільйонів євро.",
            "«Ми втратили сорок тисяч книжок за одну ніч, — сказала Кальдер після голосування. — Вдруге ми їх не втратимо».",
            "Противники рішення пропонували витратити гроші на дамбу, яку, за словами інженерів, треба полагодити до наступного сезону штормів.",
            "Будівництво має початися в березні, повідомили в управлінні архітектури.",
        ),
        "Підтримайте «Арденський кур'єр»!",
        (
            "Підпишіться на нашу безкоштовну щотижневу розсилку",
            "Наша щотижнева розсилка — це добірка новин, репортажів та аналітики «Арденського кур'єра». Ви отримуватимете її на пошту щоп'ятниці. Не пропустіть важливі новини узбережжя.",
            "Підписники погоджуються з Політикою конфіденційності",
        ),
        (
            "Звернення «Арденського кур'єра»:",
            "Дорогі читачі!",
            "Ми зіткнулися з безпрецедентними викликами. Прокуратура визнала «Арденський кур'єр» «небажаною» організацією, що робить нашу роботу злочином і наражає наших працівників на ризик переслідування.",
            "Це пряма спроба змусити замовкнути незалежну журналістику. Влада стверджує, що наша робота «дискредитує керівництво». Ми бачимо це інакше: ми прагнемо точної та неупередженої інформації.",
            "Ми, журналісти «Арденського кур'єра», відмовляємося мовчати. Але щоб продовжувати нашу роботу, нам потрібна ваша допомога.",
            "Ваша підтримка, якою б малою вона не була, має величезне значення. Якщо можете, підтримайте нас щомісячним внеском — лише від 100 гривень.",
            "Підтримуючи «Арденський кур'єр», ви захищаєте вільну та незалежну журналістику. Дякуємо, що ви з нами.",
        ),
        ("Одноразово", "Щомісяця", "Щороку", "Продовжити", "Способи оплати"),
        ("Не готові підтримати нас сьогодні?", "Нагадати пізніше."),
        "Читати далі",
    ),
    _article(
        "ar",
        "مدينة ساحلية تصوت على إعادة بناء مكتبتها التي غمرتها المياه",
        "رئيسة البلدية إيناس كالدر أمام المكتبة القديمة. توماس برانت / نوردليخت",
        (
            "صوت مجلس مدينة أردن يوم الثلاثاء على إعادة بناء المكتبة العامة التي دمرتها عاصفة في الشتاء الماضي.",
            "وقالت رئيسة البلدية إيناس كالدر إن المبنى الجديد سيكون أعلى من القديم بمترين وسيكلف نحو 14 مليون يورو.",
            "وأضافت كالدر للصحفيين بعد التصويت أن المدينة خسرت أربعين ألف كتاب في ليلة واحدة ولن تخسرها مرة أخرى.",
            "وكان المعارضون قد طالبوا بإنفاق المال على السد البحري الذي يقول المهندسون إنه يحتاج إلى إصلاح قبل موسم العواصف المقبل.",
            "ومن المتوقع أن تبدأ أعمال البناء في مارس، بحسب ما أعلنت دائرة التخطيط.",
        ),
        "ادعموا صحيفة بريد أردن!",
        (
            "اشترك في نشرتنا الأسبوعية المجانية",
            "تحتوي نشرتنا الأسبوعية على مجموعة مختارة بعناية من الأخبار والتقارير والتحليلات من بريد أردن. ستصلك في بريدك كل يوم جمعة. لا تفوت أخبار الساحل.",
            "يوافق المشتركون على سياسة الخصوصية",
        ),
        (
            "رسالة من بريد أردن:",
            "قراءنا الأعزاء،",
            "نواجه تحديات غير مسبوقة. فقد صنفت النيابة العامة بريد أردن منظمة «غير مرغوب فيها»، مما يجرم عملنا ويعرض موظفينا لخطر الملاحقة القضائية.",
            "هذه الإجراءات محاولات مباشرة لإسكات الصحافة المستقلة. تزعم السلطات أن عملنا «يسيء إلى قرارات القيادة». نحن نرى الأمور بشكل مختلف: نسعى إلى تقديم تقارير دقيقة ومحايدة.",
            "نحن، صحفيي بريد أردن، نرفض أن يتم إسكاتنا. لكن لمواصلة عملنا، نحتاج إلى مساعدتكم.",
            "دعمكم، مهما كان صغيرا، يحدث فرقا كبيرا. إذا كان بإمكانكم، يرجى دعمنا شهريا ابتداء من دولارين فقط.",
            "بدعمكم بريد أردن فإنكم تدافعون عن الصحافة الحرة والمستقلة. شكرا لوقوفكم معنا.",
        ),
        ("مرة واحدة", "شهريا", "سنويا", "متابعة", "طرق الدفع"),
        ("لستم مستعدين للدعم اليوم؟", "ذكرني لاحقا."),
        "اقرأ المزيد",
    ),
    _article(
        "zh",
        "港口城市投票重建被洪水淹没的图书馆",
        "市长伊内斯·卡尔德在旧图书馆前。托马斯·布兰特 / 北光社",
        (
            "阿登港市议会周二投票决定，重建去年冬天被风暴潮摧毁的公共图书馆。",
            "市长伊内斯·卡尔德表示，新馆将比旧馆高出两米，造价约为一千四百万欧元。",
            "“我们一夜之间失去了四万册图书，”卡尔德在投票后对记者说，“我们不会再失去第二次。”",
            "反对者认为这笔钱应当用于修缮海堤，工程师称海堤在下一个风暴季之前必须维修。",
            "该市建设局说，工程预计将于三月动工。",
        ),
        "支持《阿登邮报》！",
        (
            "订阅我们的免费每周通讯",
            "我们的每周通讯精选《阿登邮报》的新闻、特稿和分析，每周五发送到您的邮箱。不要错过来自海岸的最新消息。",
            "订阅者同意隐私政策",
        ),
        (
            "来自《阿登邮报》的信息：",
            "亲爱的读者：",
            "我们正面临前所未有的挑战。总检察院已将《阿登邮报》认定为“不受欢迎”的组织，这使我们的工作成为犯罪，也使我们的员工面临被起诉的风险。",
            "这些行动是直接企图让独立新闻业噤声。当局声称我们的工作“诋毁领导层的决定”。我们的看法不同：我们力求提供准确、公正的报道。",
            "我们，《阿登邮报》的记者，拒绝沉默。但要继续我们的工作，我们需要您的帮助。",
            "您的支持，无论多少，都意义重大。如果可以，请每月支持我们，最低只需2美元。设置起来很快。",
            "支持《阿登邮报》，就是在捍卫开放、独立的新闻业。感谢您与我们站在一起。",
        ),
        ("一次性", "每月", "每年", "继续", "付款方式"),
        ("今天还没准备好支持？", "稍后提醒我。"),
        "阅读更多",
    ),
    _article(
        "ja",
        "港町、浸水した図書館の再建を可決",
        "旧図書館の前に立つイネス・カルデル市長。トーマス・ブラント / ノルトリヒト",
        (
            "アーデン港の市議会は火曜日、昨冬の高潮で壊れた公共図書館を再建する案を可決した。",
            "イネス・カルデル市長は、新しい建物は旧館より二メートル高く、費用は約十四億円になると述べた。",
            "「一晩で四万冊の本を失った」と市長は採決後に記者団に語った。「二度と失うことはない」",
            "反対派は、技術者が次の嵐の季節までに補修が必要だとする防潮堤に予算を回すべきだと主張していた。",
            "市の建築局によると、工事は三月に始まる見込みだ。",
        ),
        "アーデン新報をご支援ください！",
        (
            "無料の週刊ニュースレターに登録",
            "週刊ニュースレターでは、アーデン新報が厳選したニュースや特集、分析を毎週金曜日にメールでお届けします。海辺の最新ニュースをお見逃しなく。",
            "登録者はプライバシーポリシーに同意したものとみなされます",
        ),
        (
            "アーデン新報からのメッセージ：",
            "読者の皆様へ",
            "私たちはかつてない困難に直面しています。検察庁はアーデン新報を「好ましくない」組織に指定し、私たちの活動を犯罪とみなし、スタッフを訴追の危険にさらしています。",
            "これらの措置は、独立したジャーナリズムを沈黙させようとする直接の試みです。当局は私たちの活動が「指導部の決定の信用を傷つける」と主張しています。私たちはそうは考えません。正確で偏りのない報道に努めています。",
            "私たちアーデン新報の記者は、沈黙することを拒みます。しかし活動を続けるためには、皆様のご支援が必要です。",
            "どんなに小さなご支援でも大きな力になります。可能であれば、月額わずか200円から毎月のご支援をお願いいたします。",
            "アーデン新報を支援することで、自由で独立したジャーナリズムを守ることができます。支えてくださり、ありがとうございます。",
        ),
        ("1回のみ", "毎月", "毎年", "続ける", "お支払い方法"),
        ("今日はまだ支援の準備ができていませんか？", "後で通知する"),
        "続きを読む",
    ),
)
