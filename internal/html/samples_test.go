package html

// sample is a paragraph of plain prose and the encodings its language was published in.
type sample struct {
	language  string
	encodings []string
	text      string
}

var samples = []sample{
	{"German", []string{"windows-1252", "iso-8859-15"},
		"Der Fluss führt im Frühling so viel Wasser, dass die Wiesen überschwemmt werden. " +
			"Früher bauten die Fischer ihre Häuser deshalb auf Pfählen, später schützten " +
			"große Dämme die Dörfer."},
	{"French", []string{"windows-1252", "iso-8859-15"},
		"La rivière déborde chaque année au début du printemps, et les prés sont " +
			"inondés pendant des semaines. Les pêcheurs bâtissaient leurs maisons sur pilotis " +
			"; plus tard, on éleva des digues autour des villages."},
	{"Spanish", []string{"windows-1252", "iso-8859-15"},
		"El río se desborda cada año al comienzo de la primavera y los campos quedan " +
			"cubiertos durante semanas. Los pescadores construían allí sus casas; después, " +
			"los niños ayudaron a levantar los diques de la región."},
	{"Portuguese", []string{"windows-1252"},
		"O rio transborda todos os anos no início da primavera e os campos ficam cobertos " +
			"de água durante semanas. Os pescadores não construíam as suas habitações no " +
			"chão; depois, as povoações levantaram diques."},
	{"Italian", []string{"windows-1252"},
		"Il fiume straripa ogni anno all'inizio della primavera, perché la neve si scioglie " +
			"più in fretta sui monti. Già allora i pescatori costruivano le case sull'acqua; " +
			"così la città restò libera dalle piene."},
	{"Swedish", []string{"windows-1252"},
		"Floden svämmar över varje vår när snön smälter på fjällen, och ängarna " +
			"står under vatten i flera veckor. Förr byggde fiskarna sina hus på pålar, men " +
			"senare skyddades byarna av höga vallar."},
	{"Danish", []string{"windows-1252"},
		"Floden går over sine bredder hvert forår, når sneen smelter, og engene står " +
			"under vand i flere uger. Tidligere byggede fiskerne deres huse på pæle, men " +
			"senere blev landsbyerne beskyttet af høje diger."},
	{"Polish", []string{"iso-8859-2", "windows-1250"},
		"Rzeka wylewa każdego roku na początku wiosny, gdy w górach topnieje śnieg, a " +
			"łąki stoją pod wodą przez wiele tygodni. Dawniej rybacy budowali domy na " +
			"palach, później wsie chroniły wysokie wały."},
	{"Czech", []string{"iso-8859-2", "windows-1250"},
		"Řeka se každý rok na jaře vylévá z břehů, když na horách taje sníh, a " +
			"louky stojí celé týdny pod vodou. Dříve stavěli rybáři domy na kůlech, " +
			"později chránily vesnice vysoké hráze."},
	{"Hungarian", []string{"iso-8859-2", "windows-1250"},
		"A folyó minden év elején kilép a medréből, amikor a hegyekben elolvad a hó, " +
			"és a rétek hetekig víz alatt állnak. Régen a halászok cölöpökre " +
			"építették a házaikat, később magas töltések védték a falvakat."},
	{"Romanian", []string{"iso-8859-2", "windows-1250"},
		"Râul iese din matcă în fiecare an la începutul primăverii, când se topeşte " +
			"zăpada în munţi, iar păşunile rămân sub apă săptămâni întregi. Pescarii " +
			"îşi construiau casele pe piloni, apoi satele au fost apărate de diguri."},
	{"Russian", []string{"windows-1251", "koi8-r", "iso-8859-5"},
		"Каждую весну, когда в горах тает снег, река " +
			"выходит из берегов и луга неделями стоят под " +
			"водой. Раньше рыбаки строили дома на сваях, а " +
			"позже деревни защитили высокими насыпями."},
	{"Bulgarian", []string{"windows-1251"},
		"Всяка пролет, когато снегът в планината се " +
			"топи, реката излиза от коритото си и ливадите " +
			"остават под вода със седмици. По-рано " +
			"рибарите строели къщите си върху колове, а " +
			"после селата били защитени с диги."},
	{"Ukrainian", []string{"koi8-u", "windows-1251"},
		"Щовесни, коли в горах тане сніг, річка " +
			"виходить із берегів і луки тижнями стоять під " +
			"водою. Колись рибалки будували хати на палях, " +
			"а згодом їхні села захистили високими " +
			"насипами."},
	{"Greek", []string{"iso-8859-7", "windows-1253"},
		"Κάθε χρόνο, στις αρχές της άνοιξης, το ποτάμι " +
			"ξεχειλίζει και τα λιβάδια μένουν κάτω από το " +
			"νερό για εβδομάδες. Παλιότερα οι ψαράδες " +
			"έχτιζαν τα σπίτια τους πάνω σε πασσάλους και " +
			"αργότερα τα χωριά προστατεύτηκαν με " +
			"αναχώματα."},
	{"Turkish", []string{"windows-1254"},
		"Dağlarda kar eridiğinde nehir her yıl ilkbaharda taşar ve çayırlar haftalarca " +
			"su altında kalır. Eskiden balıkçılar evlerini kazıkların üstüne kurardı, " +
			"sonra köyler yüksek setlerle korundu."},
	{"Hebrew", []string{"windows-1255", "iso-8859-8"},
		"בכל שנה בתחילת האביב הנהר עולה על גדותיו " +
			"והשדות מכוסים במים במשך שבועות. בעבר בנו " +
			"הדייגים את בתיהם על עמודים, ואחר כך הגנו על " +
			"הכפרים סוללות גבוהות של עפר ואבן."},
	{"Arabic", []string{"windows-1256", "iso-8859-6"},
		"في بداية الربيع من كل سنة يفيض النهر وتبقى " +
			"الحقول تحت الماء عدة أسابيع. وكان الصيادون في " +
			"الماضي يبنون بيوتهم على أعمدة من الخشب، ثم " +
			"حميت القرى بعد ذلك بسدود عالية."},
	{"Japanese", []string{"shift_jis", "euc-jp", "iso-2022-jp"},
		"山の雪がとける春のはじめになると、川は毎年あふれて、牧" +
			"草地は何週間も水の下になる。昔の漁師は杭の上に家を建て" +
			"ていたが、後には高い堤防が村を守るようになった。"},
	{"Chinese", []string{"gbk", "gb18030"},
		"每年春天山上的雪融化的时候，河水就会漫过河岸，草地一连" +
			"几个星期都淹在水里。从前渔民把房子盖在木桩上，后来人们" +
			"修起高高的堤坝来保护村庄。"},
	{"Taiwanese Chinese", []string{"big5"},
		"每年春天山上的雪融化的時候，河水就會漫過河岸，草地一連" +
			"幾個星期都淹在水裡。從前漁民把房子蓋在木樁上，後來人們" +
			"修起高高的堤壩來保護村莊。"},
	{"Korean", []string{"euc-kr"},
		"해마다 봄이 되어 산의 눈이 녹으면 강물이 넘쳐 들판이 몇 주 " +
			"동안 물에 잠긴다. 옛날에 어부들은 말뚝 위에 집을 지었고, " +
			"나중에는 높은 둑이 마을을 지켜 주었다."},
	{"Vietnamese", []string{"utf-8"},
		"Mỗi năm vào đầu mùa xuân, khi tuyết trên núi tan, dòng sông lại " +
			"dâng lên và những cánh đồng ngập nước suốt nhiều tuần. Ngày " +
			"xưa người đánh cá dựng nhà trên cọc gỗ, về sau làng được che " +
			"chở bởi những con đê cao."},
	{"Thai", []string{"windows-874"},
		"ทุกปีในต้นฤดูฝน " +
			"น้ำในแม่น้ำจะเอ่อล้นตลิ่ง " +
			"ทุ่งหญ้าจมอยู่ใต้น้ำเป็นเวล" +
			"าหลายสัปดาห์ " +
			"แต่ก่อนชาวประมงสร้างบ้านบนเ" +
			"สา " +
			"ต่อมาหมู่บ้านมีคันดินสูงคอย" +
			"ป้องกัน"},
}
