package stagetest

// english is prose that no filter has a reason to drop.
var english = [...]string{
	"The harbor lies behind two long walls of stone that were built when ships still came for " +
		"coal. Today most of the boats are small, and the men who mend the nets talk more about " +
		"the price of fuel than about fish. In winter the wind comes over the walls at night and " +
		"throws salt against the windows. Nobody who lives here would call the place pretty. They " +
		"would say that it is theirs, and that this is enough.",
	"A good loaf needs four things: flour, water, salt and time. People who are new to baking " +
		"look for a better flour, and later for a better oven, but they seldom look at the clock. " +
		"Dough that is left alone for a day in a cool place changes more than dough that is " +
		"worked for an hour. The crust becomes dark, the crumb keeps its moisture, and the bread " +
		"is still worth eating after a week.",
	"When the survey began, the valley had eleven farms, and each of them kept its own record of " +
		"the river. Some wrote down how high the water stood at the bridge. Others noted only the " +
		"days on which a field was lost. Put side by side, these books tell us more than the " +
		"gauges that were set up later, because they go back to a time before the first dam was " +
		"planned.",
	"My grandmother taught me to play cards before I could read. She held that a child who can " +
		"count the tricks will learn the rest without help, and she was right about that as she " +
		"was about most things. We played at the kitchen table after supper, with dried beans for " +
		"money. I still have the deck. Two of the cards have been replaced by pieces of a cereal " +
		"box.",
	"Learning to read a map is mostly a matter of learning what has been left out. A path that " +
		"is drawn as a line may be a road, or it may be a row of stones across a bog. The person " +
		"who made the map had to choose, and the reasons for that choice are seldom printed in " +
		"the margin. Walk the same way twice, once in each direction, and you will know more than " +
		"the sheet can tell you.",
	"The committee met four times and wrote nothing down. What we know about its work comes from " +
		"the letters of two members, who did not like each other and who disagree about nearly " +
		"every point. Both say that the money was spent before the vote. Both say that the other " +
		"had been told. It is possible that both of them were telling the truth, as far as it " +
		"went.",
	"Bees do not sleep in the way that we do, but they rest. An old worker will hang from the " +
		"edge of a comb for a part of the night with her legs folded, and she cannot be woken " +
		"easily. Keepers have known this for a long time. What is new is that a tired bee dances " +
		"badly: her sisters follow the dance and look for flowers where there are none.",
	"Trains on this line are late more often than they are on time, and yet the people who use " +
		"them every day seem to be content. They have learned which cars stop near the stairs, " +
		"and which of the conductors will wait for somebody who is running. A delay that is known " +
		"can be used. It is the surprise that makes people angry, not the ten minutes.",
}

// foreign is prose in other languages and scripts.
var foreign = [...]string{
	"Der Hafen liegt hinter zwei langen Mauern aus Stein. Die meisten Boote sind heute klein, und " +
		"die Männer, die dort ihre Netze flicken, reden mehr über den Preis des Öls als über die " +
		"Fische. Im Winter kommt der Wind nachts über die Mauern. Niemand, der hier wohnt, würde " +
		"den Ort schön nennen. Es ist der ihre, und das genügt.",
	"Wer eine Karte lesen will, muss vor allem lernen, was auf ihr fehlt. Ein Weg, der als Linie " +
		"gezeichnet ist, kann eine Straße sein oder eine Reihe von Steinen im Moor. Geht man ihn " +
		"zweimal, einmal in jeder Richtung, so weiß man mehr, als das Blatt verrät.",
	"Le port se trouve derrière deux longs murs de pierre. La plupart des bateaux sont petits, et " +
		"les hommes qui réparent les filets parlent plus du prix du gazole que des poissons. En " +
		"hiver, le vent passe par-dessus les murs pendant la nuit et jette du sel contre les " +
		"fenêtres.",
	"El puerto está detrás de dos largos muros de piedra. Hoy casi todos los barcos son pequeños, " +
		"y los hombres que arreglan las redes hablan más del precio del combustible que de la " +
		"pesca. Nadie que viva aquí diría que el lugar es bonito.",
	"Гавань лежит за двумя длинными каменными стенами. Сегодня почти все лодки малы, и люди, " +
		"которые чинят сети, больше говорят о цене топлива, чем о рыбе. Зимой ветер ночью " +
		"переходит через стены и бросает соль в окна.",
	"港口在两道长长的石墙后面。现在大多数船都很小，补网的人谈论燃料的价格比谈论鱼还多。冬天，夜里的风越过石墙，把盐吹到窗户上。",
	"يقع الميناء خلف جدارين طويلين من الحجر. معظم القوارب اليوم صغيرة، والرجال الذين يصلحون " +
		"الشباك يتحدثون عن ثمن الوقود أكثر مما يتحدثون عن السمك.",
}
