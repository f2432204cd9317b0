"""Short words of everyday English, and the commonest of other languages: what is no half of a disguised word."""

from __future__ import annotations

from fyke.mail.language import common_words

_ENGLISH = """
able about above act actual ad add after age ago aid aim air alert all allow alone also am among an and anti any app
arm army art as ask at aunt auto away baby back bad bag ball band bank bar base bath beach bear beat bed been bell belt
bend best bet bid big bill bird bit black block blood blow blue board boat body bone book boot born boss both bottom
bow box boy brand bread break brick bridge bring broad brown build burn bus bush busy but buy cab cake call calm came
camp can cap car card care carry case cash cast cat cause cent chain chair chance change charge chat check cheek chest
chief child church city claim class clean clear click clock close cloth cloud club coach coast coat code coffee coin
cold com come cook cool copy core corn cost count country course court cover cow craft crash cream credit crew crime
cross crowd cry cup cure cut cycle dad dance dark data date dating day dead deal dear debt deep desk dial didn diet dig
dinner direct disc dish do doctor dog dollar don door dot double down draft draw dream dress drink drive drop drug dry
due duty each ear early earn earth ease east easy eat edge egg eight else end enter even event ever every exact exam
extra eye face fact fail fair fall family fan far farm fast fat fear feed feel fell felt few field fight file fill film
find fine finger fire firm first fish fit five fix flat flight floor flow fly folk follow food foot for force form
forth found four frame free friend from front fruit full fun fund future gain game gang garden gas gate gave get gift
girl give glad glass go goal god gold golf gone good got grade grand grant grass gray great green grew ground group
grow guard guess guest guide gun guy hair half hall hand hang happy hard hat hate have he head health hear heart heat
heavy held hell help her here hero hey hi hide high hill him his hit hold hole holiday home hope horse hot hotel hour
house how http https huge human hurt ice idea if ill in inch index info inner input into iron is island isn it item its
jack jet job join joint joke judge jump jury just keep kept key kick kid kill kind king kiss kit knee knew know lab
lack lady laid lake land lane large last late later laugh launch law lay lead leader leaf learn least leave led left
leg lend length less let letter level lie life lift light like line link lip list live ll load loan local lock log long
look lord lose loss lost lot love low luck lunch mad made mail main major make male man many map march mark market mask
mass master match mate matter may me meal mean meat media meet mem member men mental menu message met meta metal method
middle might mile milk mind mine minor minute miss mix mobile mode model moment money month mood moon moral more most
mother motor mount mouse mouth move movie much music must my myself name nation nd near neck need net never new news
next nice night nine no none nor north nose not note now number nurse oak of off offer office often oil ok old on once
one only onto open option or order org other our out outer over own pack page paid pain paint pair palm pan panel paper
park part party pass past path pay peace peak pen people per perfect person phone photo pick picture piece pin pine
pink pipe place plan plane plant plate play please plot plus poem point pole police poll pool poor pop port post pot
pound power press price pride prime print prior prison private prize pro proof proud public pull pure push put quality
queen quick quiet quit quite race radio rail rain raise ran range rank rare rate raw rd re reach react read ready real
rear red rent rest result rice rich ride right ring rise risk river road rock role roll roof room root rose rough round
route row rule run rush sad safe said sail sake salad sale salt same sand sat save saw say scale scene school score
screen sea seal search season seat second secret see seed seek seem seen self sell send sense sent serve service set
seven sex shade shall shape share sharp she sheet shelf shell shift ship shirt shock shoe shoot shop shore short shot
should show shut sick side sight sign silk silver simple since sing single sir sister sit site six size skill skin
skirt sky sleep slide slip slot slow small smart smell smile smith smoke snow so soap social soft soil sold soldier
solid some son song soon sort soul sound south space spare speak speed spell spend spin spirit split spoke sport spot
spread spring st staff stage stand star start state stay steal steel step stick still stock stone stop store storm
story strong stuff style such suit sum summer sun sure swim switch table take tale talk tall tank tape target task
taste tax tea teach team tear tell ten tend tent term test tester text th than thank that the their them then there
these they thick thin thing think third this those three through thus ticket tie tight till time tin tiny tip tire
title to today toe told tomorrow ton tone tonight too took tool tooth top total touch tough tour toward tower town toy
track trade train treat tree trend trial trick trip truck true trust truth try tube turn twice two type uncle under
union unit until up upon upper us use used user usual vary vast ve very vice video view village virus visa visit vital
voice vote wage wait wake walk wall want war warm was wash waste watch water wave way we weak wealth wear web week
weight well went were west what wheel when where which while white who whole whose why wide wife wild will win wind
window wine wing winner winter wire wise wish with wolf woman women won wood word work world worry worth would write
wrong www yard year yellow yes yet you young your youth zone
"""

COMMON: frozenset[bytes] = frozenset(_ENGLISH.encode().split()) | common_words()
