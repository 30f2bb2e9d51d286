// What each call is for, what its repeat does and what else its caller has to know: the sentences of the reference that no
// definition can say. Its path, token, parameters and refusals are in the definition, and nowhere else.

import type { endpoints } from './endpoints.ts'
import { both, type Words } from './words.ts'

export interface EndpointDescription {
	/** One line; the READMEs list the calls with it. */
	readonly purpose: Words
	/** What the same call does when it is made again. */
	readonly again: Words
	readonly notes: readonly Words[]
}

const read = both('It only reads.', 'Yalnız okur.')

const sameLimitAgain = both(
	'Sets the same limit once more; its expiry counts from today again.',
	'Aynı limiti bir kez daha tanımlar; süresi bugünden yeniden başlar.',
)

/** answers 28 */
const allMerchants = both(
	'H221, H226, `HasOverduePayment` and `UsedLimit` look at every merchant’s sales: one lender carries one risk. They tell you that much about others, and no more.',
	'H221, H226, `HasOverduePayment` ve `UsedLimit` bütün üye iş yerlerindeki satışlara bakar: krediyi veren de risk de tektir. Başkaları hakkında yalnız bu kadarını söylerler.',
)

const permission = both(
	'H227: the operator lets each merchant set some kinds of limits, up to a ceiling; in a sandbox all of them.',
	'H227: hangi tür limiti, hangi tavana kadar tanımlayabileceğinizi işletmeci belirler; deneme ortamında hepsi serbesttir.',
)

const unsaved = both(
	'When it is refused nothing is saved, not even the contact data.',
	'Reddedilirse hiçbir şey kaydedilmez, iletişim bilgileri de.',
)

const noVerification = both(
	'The identity is not verified and no text is sent. Name, number, e-mail and segment of a known customer become what is sent; the limit replaces the old one, expired or not. It is valid for 365 days.',
	'Kimlik doğrulanmaz, SMS gönderilmez. Kayıtlı müşterinin adı, numarası, e-postası ve segmenti gönderilenle değişir; yeni limit, süresi dolmuş olsun olmasın eskisinin yerine geçer. 365 gün geçerlidir.',
)

const judgedOnPaymentDate = both(
	'A payment is judged on its paymentDate, not on the day of the call, so it may be reported late; not before the sale, and not for a day to come (H314).',
	'Ödeme, çağrının yapıldığı güne göre değil paymentDate gününe göre değerlendirilir; geç bildirilebilir. Satıştan önceki ya da gelecekteki bir gün olamaz (H314).',
)

const balanceFollows = both(
	'Afterwards the balance closes what it covers, oldest instalment first.',
	'Ardından bakiye, yettiği taksitleri en eskisinden başlayarak kapatır.',
)

const sentReference = both(
	'With the same paymentReferenceCode: the first answer, word for word; with other content H109, before any other refusal of the call. Without a reference every call is a new one.',
	'Aynı paymentReferenceCode ile: ilk yanıtın harfi harfine aynısı; içerik farklıysa, çağrının öteki retlerinden önce H109. Referans gönderilmezse her çağrı yeni bir çağrıdır.',
)

export const endpointDescriptions: { readonly [name in keyof typeof endpoints]: EndpointDescription } = {
	getCustomerInformation: {
		purpose: both(
			'a customer as the merchant sees it, and the plans an order can get',
			'müşterinin üye iş yerine görünen bilgileri ve siparişin alabileceği planlar',
		),
		again: read,
		notes: [
			both(
				'A customer that is unknown or not yours is no refusal here: CustomerInfo is `null`, the plans are as for nobody in particular.',
				'Bilinmeyen ya da sizinle bağı olmayan müşteri burada ret sebebi değildir: CustomerInfo `null` olur, planlar belirli bir müşteri için değildir.',
			),
			both(
				'Plans are listed also where the limit does not cover them; the sale is then refused with H302.',
				'Limitin yetmediği planlar da listelenir; satış o zaman H302 ile reddedilir.',
			),
			allMerchants,
		],
	},
	hasoAuthSendInfo: {
		purpose: both(
			'a limit request: identity, credit bureau, a pin to the shopper',
			'limit talebi: kimlik, kredi bürosu, müşteriye pin kodu',
		),
		again: both(
			'While the request is undecided and its pin can still be used, the same content answers the same KkbRefNo, with no new pin and no new question to KKB. Other content replaces the request: the old KkbRefNo is H210 from then on.',
			'Talep sonuçlanmadıkça ve pin kodu kullanılabildikçe aynı içerik aynı KkbRefNo değerini döndürür; yeni kod gönderilmez, KKB’ye yeniden sorulmaz. Farklı içerik talebin yerine geçer: eski KkbRefNo artık H210’dur.',
		),
		notes: [
			both(
				'An unknown person is verified first. A valid limit is answered at once, with CustomerInfo; without one the bureau is asked and a pin is texted.',
				'Tanınmayan kişinin önce kimliği doğrulanır. Geçerli limit varsa hemen CustomerInfo ile döner; yoksa büroya sorulur ve SMS ile pin kodu gönderilir.',
			),
			both(
				'The stored name, e-mail and number of a known customer stay, and the pin goes to the stored number. To change it: ChangeCustomerGsmNo.',
				'Kayıtlı müşterinin adı, e-postası ve numarası değişmez; pin kodu kayıtlı numaraya gider. Numarayı ChangeCustomerGsmNo değiştirir.',
			),
			both(
				'H216 means that KKB, the identity service or the SMS service could not be reached; repeating is safe.',
				'H216: KKB’ye, kimlik servisine ya da SMS servisine ulaşılamadı; yinelemek güvenlidir.',
			),
			both(
				'H210: a call with other content took the place of this one while it was under way.',
				'H210: bu çağrı sürerken başka içerikli bir çağrı onun yerine geçti.',
			),
		],
	},
	sendKkbPinCode: {
		purpose: both(
			'the shopper’s pin; the limit, or that the report is not ready',
			'müşterinin pin kodu; limit ya da raporun hazır olmadığı',
		),
		again: both(
			'Once the pin was right: as AskKkbReportResult, the pin is no longer looked at.',
			'Pin kodu bir kez doğrulandıktan sonra AskKkbReportResult gibidir; koda artık bakılmaz.',
		),
		notes: [
			both(
				'A pin has 6 digits, 5 minutes and 5 tries; the sixth try is H213.',
				'Pin kodu 6 hanelidir, 5 dakika geçerlidir, 5 deneme hakkı vardır; altıncı deneme H213’tür.',
			),
			both(
				'A rejected request is H215; a limit that stood before is left as it is.',
				'Reddedilen talep H215’tir; önceden duran limit olduğu gibi kalır.',
			),
		],
	},
	askKkbReportResult: {
		purpose: both('what the request has come to', 'talebin sonucu'),
		again: both('The same outcome; ask until it is no longer RS110.', 'Aynı sonuç; RS110 döndükçe yeniden sorun.'),
		notes: [
			both(
				'Before the pin was confirmed: H210. The server asks KKB by itself too and grants the limit when the report arrives.',
				'Pin kodu doğrulanmadan önce H210. Sunucu KKB’ye kendisi de sorar ve rapor gelince limiti tanımlar.',
			),
		],
	},
	resendKkbPinCode: {
		purpose: both('a new pin', 'yeni pin kodu'),
		again: both(
			'Another pin; at least 60 seconds apart, at most 3 for a request (H217).',
			'Bir kod daha; aralarında en az 60 saniye olmalı, bir talepte en çok 3 kez (H217).',
		),
		notes: [
			both(
				'The old pin is void and the new one has five tries of its own. Once the pin was right: H210.',
				'Eski kod geçersiz olur, yenisinin kendi beş deneme hakkı vardır. Kod doğrulandıktan sonra H210.',
			),
		],
	},
	setPreDefinedLimit: {
		purpose: both('a limit the merchant has decided beforehand', 'üye iş yerinin önceden belirlediği limit'),
		again: sameLimitAgain,
		notes: [noVerification, permission, unsaved, allMerchants],
	},
	setLimitFromKds: {
		purpose: both('a limit from the merchant’s decision system', 'üye iş yerinin karar destek sisteminden limit'),
		again: sameLimitAgain,
		notes: [noVerification, permission, unsaved, allMerchants],
	},
	createTransaction: {
		purpose: both('a sale in instalments, pending', 'taksitli satış, onay bekler'),
		again: both(
			'The same merchantOid and content (basketList and ipAddress do not count): the first answer with the present state. Other content: H301. A merchantOid whose sale expired or was cancelled is used up too; a new try needs a new one.',
			'Aynı merchantOid ve içerik (basketList ve ipAddress sayılmaz): ilk yanıt, şimdiki durumla. İçerik farklıysa H301. Süresi dolan ya da iptal edilen satışın merchantOid değeri de kullanılmış sayılır; yeni deneme için yenisi gerekir.',
		),
		notes: [
			both(
				'Until it is activated it only holds the limit; from ExpireDate on it holds nothing.',
				'Onaylanana kadar yalnız limiti tutar; ExpireDate gününden başlayarak onu da tutmaz.',
			),
			both(
				'H302: our available limit, or the availableLimit sent, does not cover the order and a down payment may not cover the rest. H303: your own limit as a merchant does not.',
				'H302: kullanılabilir limit ya da gönderilen availableLimit siparişe yetmiyor, aradaki fark da peşinatla karşılanamıyor. H303: üye iş yeri olarak sizin limitiniz yetmiyor.',
			),
			allMerchants,
		],
	},
	activateTransaction: {
		purpose: both('the sale counts', 'satış geçerli olur'),
		again: both(
			'RS100 with the present state, whatever happened since; no second effect.',
			'Sonra ne olmuş olursa olsun RS100 ve şimdiki durum; ikinci bir etkisi yoktur.',
		),
		notes: [
			both(
				'A down payment and an instalment up front are Paid from now on. Due dates count from the day of the sale, not from this one.',
				'Peşinat ve peşin taksit bu anda ödenmiş sayılır. Vadeler bu günden değil, satış gününden sayılır.',
			),
			balanceFollows,
		],
	},
	getPaymentsOfTransaction: {
		purpose: both('one sale with its payments', 'bir satış ve ödemeleri'),
		again: read,
		notes: [both('In any state, pending and expired included.', 'Her durumda yanıtlar; onay bekleyen ve süresi dolanlar dahil.')],
	},
	setPaidPayment: {
		purpose: both('an instalment was paid to the merchant', 'bir taksit üye iş yerine ödendi'),
		again: both(
			'The same paymentCode, paymentReferenceCode and paymentDate: RS100, whatever happened since. Another reference or date for a payment that is paid: H312. No reference is a value of its own.',
			'Aynı paymentCode, paymentReferenceCode ve paymentDate: sonra ne olmuş olursa olsun RS100. Ödenmiş bir taksit için başka referans ya da tarih: H312. Referans göndermemek de bir değer sayılır.',
		),
		notes: [
			both(
				'The payment is closed in full, with late fee and expense as of paymentDate.',
				'Ödeme, paymentDate günündeki gecikme bedeli ve masrafla birlikte bütünüyle kapanır.',
			),
			judgedOnPaymentDate,
			balanceFollows,
		],
	},
	refundTransaction: {
		purpose: both('an order is refunded, whole or in part', 'siparişin tamamı ya da bir kısmı iade edilir'),
		again: both(
			'H307, without amounts: that refundId was made, and was not made again. A merchant that lost the answer calls CheckRefund.',
			'H307, tutar bildirmeden: bu refundId ile iade yapılmıştır, ikinci kez yapılmamıştır. Yanıtı alamayan üye iş yeri CheckRefund çağırır.',
		),
		notes: [
			both(
				'The refund and its share of the fee come off the open instalments, from the last backwards; what they can’t take you pay out to the customer (CustomerRefundAmount).',
				'İade ve ona düşen ücret payı, sondan başlayarak açık taksitlerden düşülür; sığmayan kısmı müşteriye siz ödersiniz (CustomerRefundAmount).',
			),
			both(
				'A pending sale can only be refunded whole; it is cancelled by that.',
				'Onay bekleyen satış yalnız bütünüyle iade edilebilir; böylece iptal olur.',
			),
			both(
				'The late fee of an instalment that is refunded away falls with it, unless it was paid: a paid late fee is not returned.',
				'İadeyle sıfırlanan taksidin ödenmemiş gecikme bedeli de düşer; ödenmiş gecikme bedeli geri verilmez.',
			),
		],
	},
	checkRefund: {
		purpose: both('a refund that was made', 'yapılmış bir iade'),
		again: read,
		notes: [
			both(
				'Amounts and RefundDate are those of the refund; TransactionStatus and Payments are as they are now.',
				'Tutarlar ve RefundDate iadenin yapıldığı andandır; TransactionStatus ve Payments şimdiki haldir.',
			),
		],
	},
	getCustomerTransactions: {
		purpose: both('a customer’s transactions, page by page', 'müşterinin işlemleri, sayfa sayfa'),
		again: read,
		notes: [both('Only sales that were activated (states 1, 2, 4, 5).', 'Yalnız onaylanmış satışlar (1, 2, 4, 5).')],
	},
	getCustomerPayments: {
		purpose: both('a customer’s payments, page by page', 'müşterinin ödemeleri, sayfa sayfa'),
		again: read,
		notes: [
			both('Only of sales that were activated (states 1, 2, 4, 5).', 'Yalnız onaylanmış satışların ödemeleri (1, 2, 4, 5).'),
		],
	},
	getDailyReconciliation: {
		purpose: both(
			'the totals of a day, compared with the merchant’s',
			'bir günün toplamları, üye iş yerininkiyle karşılaştırılır',
		),
		again: read,
		notes: [
			both(
				'Movements count on the business day on which they were recorded; a sale on the day it is activated. An instalment closed from the balance is no payment here: its money counted as a load.',
				'Hareketler kaydedildikleri iş gününde sayılır; satış, onaylandığı gün. Bakiyeden kapanan taksit burada ödeme sayılmaz: parası bakiye yüklemesi olarak sayılmıştır.',
			),
			both(
				'Your totals go in as kuruş, like every amount, and 0 is a value; only what you send is compared.',
				'Toplamlarınızı her tutar gibi kuruş olarak gönderin; 0 da bir değerdir. Yalnız gönderdikleriniz karşılaştırılır.',
			),
		],
	},
	getDailyReconciliationDetail: {
		purpose: both('the movements they are the sum of', 'bu toplamları oluşturan hareketler'),
		again: read,
		notes: [
			both(
				'paymentCount and paymentAmount are the sum of `PAYMENT` and `EXECUTION_PAYMENT`.',
				'paymentCount ve paymentAmount, `PAYMENT` ile `EXECUTION_PAYMENT` hareketlerinin toplamıdır.',
			),
		],
	},
	sendExecutionTransaction: {
		purpose: both('a sale is handed over to enforcement', 'satış icraya verilir'),
		again: both('RS100 with the present state; no second effect.', 'RS100 ve şimdiki durum; ikinci bir etkisi yoktur.'),
		notes: [
			both(
				'From then on single instalments can’t be reported paid (H315): money comes in through SetPaidExecutionTransaction. Due dates stay, late fees run on.',
				'O andan sonra taksitler tek tek ödendi olarak bildirilemez (H315); para SetPaidExecutionTransaction ile gelir. Vadeler değişmez, gecikme bedeli işlemeyi sürdürür.',
			),
			both(
				'The operator may ask for more than one day overdue (H317).',
				'İşletmeci, bir günden uzun gecikme şartı koyabilir (H317).',
			),
		],
	},
	setPaidExecutionTransaction: {
		purpose: both('money that came in through enforcement', 'icra yoluyla gelen para'),
		again: sentReference,
		notes: [
			both(
				'It pays all open expenses first, then all late fees as of paymentDate, then the instalments, each oldest first.',
				'Önce bütün açık masrafları, sonra paymentDate günündeki bütün gecikme bedellerini, sonra taksitleri öder; her biri en eskisinden başlayarak.',
			),
			judgedOnPaymentDate,
		],
	},
	sendTransactionExpense: {
		purpose: both('the expenses of enforcement, as a running total', 'icra masrafları, birikmiş toplam olarak'),
		again: both(
			'The same total: RS100, nothing changes. Another total replaces the old one, down to what was paid of it (H318).',
			'Toplam aynıysa RS100, bir şey değişmez. Başka bir toplam eskisinin yerine geçer; ödenmiş kısmın altına inemez (H318).',
		),
		notes: [both('Expenses sit on the last instalment that is open.', 'Masraf, açık olan son taksidin üzerinde durur.')],
	},
	changeCustomerGsmNo: {
		purpose: both('a customer’s new mobile number', 'müşterinin yeni cep telefonu numarası'),
		again: both('H311, which then means: already done.', 'H311; bu durumda “zaten yapıldı” demektir.'),
		notes: [
			both(
				'Here a refusal of the call’s own carries its code in `Data.message` too, and RS115 the numbers KKB knows for the person in `Data.KkbPhones`.',
				'Bu çağrının kendi retleri, kodu `Data.message` içinde de taşır; RS115, KKB’nin bu kişi için bildiği numaraları `Data.KkbPhones` içinde verir.',
			),
			both(
				'The path is one of the reads and has no Idempotency-Key, but the call changes something.',
				'Yolu okuma çağrılarınınkidir ve Idempotency-Key almaz, ama değişiklik yapar.',
			),
		],
	},
	suspendCustomer: {
		purpose: both('no more sales to this customer', 'bu müşteriye artık satış yapılmaz'),
		again: both('H224, which then means: already done.', 'H224; bu durumda “zaten yapıldı” demektir.'),
		notes: [
			both(
				'It holds at your shop and stops limit requests, limits and new sales (H220). It does not stop the activation of a pending sale, payments, loads, refunds, enforcement and reads.',
				'Yalnız sizde geçerlidir; limit taleplerini, limitleri ve yeni satışları durdurur (H220). Bekleyen satışın onayını, ödemeleri, bakiye yüklemeyi, iadeyi, icrayı ve okumayı durdurmaz.',
			),
		],
	},
	getErrorCodes: {
		purpose: both('every code with its text', 'bütün kodlar, metinleriyle'),
		again: read,
		notes: [
			both(
				'In Turkish, or in English when Accept-Language prefers it.',
				'Türkçe; Accept-Language İngilizceyi yeğliyorsa İngilizce.',
			),
		],
	},
	setCustomerLimit: {
		purpose: both('another limit for a known customer', 'bilinen bir müşteriye başka limit'),
		again: sameLimitAgain,
		notes: [
			both(
				'A limitExpireDate that is not later than today is H102, before H223.',
				'Bugünden sonra olmayan limitExpireDate, H223’ten önce H102’dir.',
			),
			permission,
			allMerchants,
		],
	},
	loadCustomerBalance: {
		purpose: both('money paid ahead, closing instalments oldest first', 'önceden ödenen para; taksitleri en eskisinden kapatır'),
		again: sentReference,
		notes: [
			both(
				'While the balance covers all that the oldest open instalment owes, due or not, that one is closed. Never in part, and nothing younger before it.',
				'Bakiye, vadesi gelmiş olsun olmasın en eski açık taksidin bütün borcuna yettikçe o taksit kapanır. Kısmen kapanmaz; ondan yenisi önce kapanmaz.',
			),
			both(
				'A load can’t be undone by a call. A suspended customer may pay.',
				'Yükleme bir çağrıyla geri alınamaz. Askıdaki müşteri de ödeyebilir.',
			),
		],
	},
	setBulkPaidPayment: {
		purpose: both('several instalments were paid', 'birkaç taksit birden ödendi'),
		again: both(
			'As SetPaidPayment, for each of the payments: those reported before with this reference and date count as done, the others are closed.',
			'Her ödeme için SetPaidPayment gibidir: bu referans ve tarihle önceden bildirilenler yapılmış sayılır, ötekiler kapanır.',
		),
		notes: [
			both(
				'All or nothing. Each bad payment has an entry of its own in `Errors`, with the first refusal that holds for it, and its `Message` begins with its code. H320 comes alone, before.',
				'Ya hepsi ya hiçbiri. Her hatalı ödemenin `Errors` içinde, onun için geçerli ilk retle kendi satırı olur; `Message` ödeme koduyla başlar. H320 hepsinden önce ve tek başına gelir.',
			),
			judgedOnPaymentDate,
			balanceFollows,
		],
	},
	getPaymentPlanByDealerSegment: {
		purpose: both('plans for nobody in particular', 'belirli bir müşteri olmadan planlar'),
		again: read,
		notes: [],
	},
	activateCustomer: {
		purpose: both('a suspension is over', 'askıya alma biter'),
		again: both('H225, which then means: already done.', 'H225; bu durumda “zaten yapıldı” demektir.'),
		notes: [
			both(
				'It lifts your own mark. While the operator’s stands, CustomerStatus stays 2.',
				'Sizin koyduğunuz askıyı kaldırır. İşletmecininki durdukça CustomerStatus 2 kalır.',
			),
		],
	},
	getInstallmentRates: {
		purpose: both('the merchant’s fee rates', 'üye iş yerinin ücret oranları'),
		again: read,
		notes: [
			both(
				'For a segment its own rows count; only where none of them holds the amount, those for any segment do.',
				'Bir segment için kendi satırları geçerlidir; tutar hiçbirine girmiyorsa her segment için olanlara bakılır.',
			),
		],
	},
}
