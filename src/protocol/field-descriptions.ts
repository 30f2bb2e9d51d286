// What each field of the wire means, by its wire name. The same name means the same in most places; where it does not,
// `Model.field` or `Endpoint.field` says what it means there.

import { both, type Words } from './words.ts'

/** `within`: the endpoint or the model of the field. Throws for a field that is not described. */
export function describeField(name: string, within: string): Words {
	const words = descriptions[`${within}.${name}`] ?? descriptions[name]
	if (words === undefined) throw new Error(`src/protocol/field-descriptions.ts does not describe ${name} of ${within}`)
	return words
}

export const descriptions: { readonly [name: string]: Words } = {
	// every call
	merchantId: both('Who calls: the value you were given.', 'Çağıran üye iş yeri: size verilen değer.'),
	ipAddress: both(
		'The shopper’s address as you see it. Kept for audit, trusted for nothing.',
		'Müşterinin sizin gördüğünüz adresi. Denetim için saklanır, hiçbir karara esas olmaz.',
	),
	requestToken: both('The signature of the call.', 'Çağrının imzası.'),
	Message: both('`RS100`: done.', '`RS100`: yapıldı.'),
	message: both('`RS100`: done.', '`RS100`: yapıldı.'),
	pageNo: both('Which page.', 'Kaçıncı sayfa.'),
	pageSize: both('Rows on a page.', 'Sayfadaki satır sayısı.'),
	TotalCount: both('Rows on all pages together.', 'Bütün sayfalardaki satır sayısı.'),
	PageNo: both('The page this is.', 'Bu yanıtın sayfası.'),
	PageSize: both('Rows on a page, as asked for.', 'İstenen sayfa büyüklüğü.'),

	// the shopper
	customerId: both('The customer, as `CustomerId` told you.', 'Müşteri; size `CustomerId` ile bildirilen değer.'),
	'GetCustomerInformation.customerId': both(
		'Whose plans; without it they are for nobody in particular.',
		'Planların sorulduğu müşteri; gönderilmezse planlar belirli bir müşteri için değildir.',
	),
	shopperName: both('First name or names.', 'Ad.'),
	shopperSurname: both('Surname.', 'Soyad.'),
	tckn: both(
		'Turkish identity number; one whose check digits are wrong is H201.',
		'TC kimlik numarası; kontrol haneleri tutmazsa H201.',
	),
	mobileNumber: both(
		'Mobile number without 0 and country code. It can belong to one customer only.',
		'Cep telefonu; başında 0 ve ülke kodu olmadan. Aynı numara iki müşteride olamaz.',
	),
	email: both('E-mail address.', 'E-posta adresi.'),
	birthDate: both(
		'Birth date; under 18 is H205. Stored at registration only.',
		'Doğum tarihi; 18 yaşından küçükse H205. Yalnız ilk kayıtta saklanır.',
	),
	dealerSegment: both(
		'The customer’s segment at your shop; it chooses the rows of your rate table.',
		'Müşterinin sizdeki segmenti; oran tablonuzdaki satırları belirler.',
	),
	'HasoAuthSendInfo.dealerSegment': both(
		'The customer’s segment at your shop; not sent, the present one stays.',
		'Müşterinin sizdeki segmenti; gönderilmezse eskisi kalır.',
	),
	'GetCustomerInformation.dealerSegment': both(
		'The segment for these plans; not sent, the customer’s own.',
		'Bu planlarda kullanılacak segment; gönderilmezse müşterininki.',
	),
	'CreateTransaction.dealerSegment': both(
		'The segment for this plan; not sent, the customer’s own.',
		'Bu planda kullanılacak segment; gönderilmezse müşterininki.',
	),
	'GetPaymentPlanByDealerSegment.dealerSegment': both(
		'The segment for these plans; not sent, the rows that hold for any segment.',
		'Bu planlarda kullanılacak segment; gönderilmezse her segment için geçerli satırlar.',
	),
	'GetInstallmentRates.dealerSegment': both(
		'Only its rows and those for any segment; not sent, all rows.',
		'Yalnız bu segmentin satırları ile her segment için geçerli olanlar; gönderilmezse bütün satırlar.',
	),
	kdsSegment: both(
		'The segment in your decision system; not sent, the present one stays.',
		'Karar destek sisteminizdeki segment; gönderilmezse eskisi kalır.',
	),
	newGsmNo: both('The new mobile number.', 'Yeni cep telefonu numarası.'),
	'ChangeCustomerGsmNo refused.message': both('The code of the refusal.', 'Ret kodu.'),
	KkbPhones: both('With RS115: the numbers KKB knows for the person.', 'RS115 ile: KKB’nin bu kişi için bildiği numaralar.'),
	reason: both('Why, for the record.', 'Gerekçe; kayıt için.'),
	CustomerInfo: both('The customer as you see it now.', 'Müşterinin size görünen şimdiki bilgileri.'),
	'GetCustomerInformation.CustomerInfo': both(
		'The customer; `null` without customerId, and for one that is unknown to you.',
		'Müşteri; customerId gönderilmemişse ya da müşterinin sizinle bağı yoksa `null`.',
	),
	CustomerId: both('Our number of the customer.', 'Müşterinin bizdeki numarası.'),
	CustomerName: both('First name or names.', 'Ad.'),
	CustomerSurname: both('Surname.', 'Soyad.'),
	CustomerLimit: both(
		'The limit as granted, also when it has expired; 0 where there never was one.',
		'Verilen limit; süresi dolmuş olsa da yazar. Hiç limit verilmemişse 0.',
	),
	UsedLimit: both(
		'Open principal of all sales, at every merchant.',
		'Bütün satışların açık anaparası; her üye iş yerindekiler dahil.',
	),
	AvailableLimit: both(
		'What can still be bought for; 0 when the limit has expired.',
		'Kullanılabilir limit; limitin süresi dolmuşsa 0.',
	),
	LimitExpireDate: both('The first day on which the limit is no longer valid.', 'Limitin artık geçerli olmadığı ilk gün.'),
	LimitSource: both('Where the limit comes from.', 'Limitin kaynağı.'),
	CustomerStatus: both(
		'1 active, 2 suspended (by you or by the operator).',
		'1 aktif, 2 askıda (sizin ya da işletmecinin kararıyla).',
	),
	CustomerStatusText: both('The status in Turkish.', 'Durumun metni.'),
	HasOverduePayment: both(
		'Whether a payment is overdue, at any merchant.',
		'Herhangi bir üye iş yerinde vadesi geçmiş ödemesi olup olmadığı.',
	),
	IsRisky: both('Whether the first instalment has to be paid up front.', 'İlk taksidin peşin alınıp alınmayacağı.'),
	DealerSegment: both('The segment at your shop.', 'Sizdeki segmenti.'),
	'InstallmentRate.DealerSegment': both('The segment of the row; `null`: any.', 'Satırın segmenti; `null`: hepsi.'),
	KdsSegment: both('The segment in your decision system.', 'Karar destek sisteminizdeki segmenti.'),
	GsmNo: both('The mobile number, masked.', 'Cep telefonu, maskeli.'),
	Balance: both('What the customer has paid to you ahead of instalments.', 'Müşterinin size taksitlerden önce ödediği para.'),

	// limits
	preDefinedLimit: both('The limit you have decided; 0 closes the limit.', 'Belirlediğiniz limit; 0 limiti kapatır.'),
	'HasoAuthSendInfo.preDefinedLimit': both(
		'Above 0: KKB is not asked, and this limit is granted when the pin is confirmed.',
		'0’dan büyükse KKB’ye sorulmaz; pin kodu doğrulanınca bu limit verilir.',
	),
	kdsLimit: both(
		'The limit your decision system has decided; 0 closes the limit.',
		'Karar destek sisteminizin verdiği limit; 0 limiti kapatır.',
	),
	customerLimit: both('The new limit; 0 closes the limit.', 'Yeni limit; 0 limiti kapatır.'),
	limitExpireDate: both(
		'The first day on which it is no longer valid, later than today; not sent, 365 days from today.',
		'Limitin artık geçerli olmayacağı ilk gün, bugünden sonra; gönderilmezse bugünden 365 gün sonrası.',
	),
	testOn: both(
		'In a sandbox: neither identity service nor KKB is asked, `testResult` decides. Elsewhere `true` is H102.',
		'Yalnız deneme ortamında: kimlik servisine ve KKB’ye sorulmaz, sonucu `testResult` belirler. Başka yerde `true` H102’dir.',
	),
	kkbRefNo: both('The limit request, as `KkbRefNo` told you.', 'Limit talebi; size `KkbRefNo` ile bildirilen değer.'),
	pinCode: both('The pin the shopper received.', 'Müşteriye gelen pin kodu.'),
	testResult: both(
		'With `testOn`: the report’s grade, or that it is not ready; any pin will do then.',
		'`testOn` ile: raporun notu ya da hazır olmadığı; o zaman her pin kodu kabul edilir.',
	),
	KkbRefNo: both('The limit request.', 'Limit talebinin numarası.'),
	'HasoAuthSendInfo.KkbRefNo': both(
		'The limit request; `null` where a valid limit stood already.',
		'Limit talebinin numarası; zaten geçerli bir limit varsa `null`.',
	),
	'HasoAuthSendInfo.CustomerInfo': both(
		'Where a valid limit stood already, the customer; else `null`.',
		'Zaten geçerli bir limit varsa müşteri; yoksa `null`.',
	),
	'SendKkbPinCode.Message': both(
		'`RS100`: the limit stands. `RS110`: the report is not ready.',
		'`RS100`: limit verildi. `RS110`: rapor henüz hazır değil.',
	),
	'SendKkbPinCode.CustomerInfo': both(
		'The customer with the limit; `null` while there is none.',
		'Limitiyle müşteri; henüz limit yoksa `null`.',
	),
	'AskKkbReportResult.Message': both(
		'`RS100`: the limit stands. `RS110`: the report is not ready.',
		'`RS100`: limit verildi. `RS110`: rapor henüz hazır değil.',
	),
	'AskKkbReportResult.CustomerInfo': both(
		'The customer with the limit; `null` while there is none.',
		'Limitiyle müşteri; henüz limit yoksa `null`.',
	),

	// orders and plans
	merchantOid: both('Your number of the order.', 'Siparişin sizdeki numarası.'),
	'CreateTransaction.merchantOid': both(
		'Your number of the order. It is used up for ever.',
		'Siparişin sizdeki numarası. Bir kez kullanılır.',
	),
	'Movement.merchantOid': both(
		'Your number of the order; `null` for a load.',
		'Siparişin sizdeki numarası; bakiye yüklemesinde `null`.',
	),
	orderAmount: both('What the order costs, 500 TL = `50000`.', 'Sipariş tutarı, 500 TL = `50000`.'),
	selectedInstallment: both(
		'The `InstallmentNo` of the plan the shopper chose.',
		'Müşterinin seçtiği planın `InstallmentNo` değeri.',
	),
	notCalculateFees: both('No fee on this plan.', 'Bu planda ücret alınmaz.'),
	forceRiskFreeEvaluate: both(
		'Treat a risky customer as any other: no instalment up front.',
		'Riskli müşteriye de riskli değilmiş gibi davranılır: peşin taksit alınmaz.',
	),
	postponeSelected: both(
		'Due dates later by the postponement months of the rate row.',
		'Vadeler, oran satırındaki ay sayısı kadar ötelenir.',
	),
	PostponeSelected: both(
		'Due dates later by the postponement months of the rate row. (Names match in any casing.)',
		'Vadeler, oran satırındaki ay sayısı kadar ötelenir. (Adlarda büyük-küçük harf fark etmez.)',
	),
	RevisedFeeRate: both(
		'Per cent of the fee that is charged: 20 is a fifth of it. 0: the whole fee.',
		'Ücretin yüzde kaçının alınacağı: 20, beşte biri demektir. 0: ücretin tamamı.',
	),
	availableLimit: both(
		'Above 0: used in place of our available limit; it can only lower it unless the operator lets you hold your own limits.',
		'0’dan büyükse bizdeki kullanılabilir limitin yerine geçer; işletmeci size kendi limitlerinizi tutma yetkisi vermediyse yalnız düşürebilir.',
	),
	basketList: both('What is in the basket; kept with the sale.', 'Sepettekiler; satışla birlikte saklanır.'),
	'GetCustomerInformation.basketList': both('What is in the basket; it changes no plan.', 'Sepettekiler; planı değiştirmez.'),
	'GetPaymentPlanByDealerSegment.basketList': both(
		'What is in the basket; it changes no plan.',
		'Sepettekiler; planı değiştirmez.',
	),
	'basketList.skuCode': both('Your code of the article.', 'Ürünün sizdeki kodu.'),
	'basketList.skudefinitionId': both('Your number of its definition.', 'Ürün tanımının sizdeki numarası.'),
	'basketList.skuAmount': both(
		'Its amount in kuruş, the one value that is checked: 0 or more.',
		'Kuruş olarak tutarı; denetlenen tek değer: en az 0.',
	),
	'basketList.skuMerchant': both('Who sells it.', 'Ürünü satan.'),
	'basketList.skuMerchantContributionRate': both('The seller’s share in the fee.', 'Satıcının ücrete katkı oranı.'),
	'basketList.productName': both('Its name.', 'Ürünün adı.'),
	'basketList.productUrl': both('Its page.', 'Ürünün sayfası.'),
	'basketList.productImage': both('Its picture.', 'Ürünün görseli.'),
	InstallmentPlans: both('One plan for each possible number of instalments.', 'Olabilecek her taksit sayısı için bir plan.'),
	InstallmentNo: both('Which instalment; 0 is the down payment.', 'Kaçıncı taksit; 0 peşinattır.'),
	'InstallmentPlan.InstallmentNo': both(
		'Number of instalments: the value for `selectedInstallment`.',
		'Taksit sayısı: `selectedInstallment` ile gönderilecek değer.',
	),
	'InstallmentRate.InstallmentNo': both('Number of instalments.', 'Taksit sayısı.'),
	InstallmentAmount: both('The first instalment.', 'İlk taksidin tutarı.'),
	DownPaymentAmount: both(
		'What is paid at once because the limit does not cover it.',
		'Limit yetmediği için peşin ödenen kısım.',
	),
	FeeAmount: both('The fee that is charged.', 'Alınan ücret.'),
	FeeRate: both(
		'Rate of the row, before `RevisedFeeRate` and `notCalculateFees`.',
		'Satırın oranı; `RevisedFeeRate` ve `notCalculateFees` uygulanmadan önce.',
	),
	'InstallmentRate.FeeRate': both('Fee for the amount that is financed.', 'Taksitlendirilen tutarın ücret oranı.'),
	TotalAmount: both('Order and fee, down payment included.', 'Sipariş ve ücret toplamı, peşinat dahil.'),
	FirstTermDate: both('When the first instalment is due.', 'İlk taksidin vadesi.'),
	PostponeMonths: both('Months by which the due dates were postponed.', 'Vadelerin kaç ay ötelendiği.'),
	'InstallmentRate.PostponeMonths': both(
		'Months by which `postponeSelected` postpones.',
		'`postponeSelected` ile kaç ay öteleneceği.',
	),
	'InstallmentPlan.Payments': both('The payments of the plan.', 'Planın ödemeleri.'),
	'PlannedPayment.InstallmentPayment': both('Amount of the payment.', 'Ödemenin tutarı.'),
	InstallmentRates: both(
		'Your rates: by number of instalments, segment, amounts.',
		'Oranlarınız: taksit sayısına, segmente ve tutara göre sıralı.',
	),
	MinAmount: both('From this order amount on.', 'Bu sipariş tutarından başlayarak.'),
	MaxAmount: both('Up to this order amount.', 'Bu sipariş tutarına kadar.'),

	// transactions
	transactionCode: both(
		'Our code of the sale, as `TransactionCode` told you.',
		'Satışın bizdeki kodu; size `TransactionCode` ile bildirilen değer.',
	),
	'Payment.transactionCode': both('Our code of the sale.', 'Satışın bizdeki kodu.'),
	'Movement.transactionCode': both(
		'Our code of the sale; `null` for a load.',
		'Satışın bizdeki kodu; bakiye yüklemesinde `null`.',
	),
	transactionCodes: both('Only these sales; not sent, all.', 'Yalnız bu satışlar; gönderilmezse hepsi.'),
	Transactions: both('The sales, newest first.', 'Satışlar, en yenisi başta.'),
	TransactionCode: both('Our code of the sale.', 'Satışın bizdeki kodu.'),
	MerchantOid: both('Your number of the order.', 'Siparişin sizdeki numarası.'),
	TransactionStatus: both(
		'The state: 0 pending, 1 active, 2 completed, 3 cancelled, 4 refunded, 5 in enforcement, 6 expired.',
		'Durum: 0 onay bekliyor, 1 aktif, 2 tamamlandı, 3 iptal edildi, 4 iade edildi, 5 icrada, 6 süresi doldu.',
	),
	TransactionStatusText: both('The state in Turkish.', 'Durumun metni.'),
	OrderAmount: both('The order as sold; refunds do not change it.', 'Satış anındaki sipariş tutarı; iadelerle değişmez.'),
	'Transaction.FeeAmount': both('The fee as sold; refunds do not change it.', 'Satış anındaki ücret; iadelerle değişmez.'),
	'ListedTransaction.FeeAmount': both('The fee as sold; refunds do not change it.', 'Satış anındaki ücret; iadelerle değişmez.'),
	ExpireDate: both('The first day on which it can no longer be activated.', 'Satışın artık onaylanamayacağı ilk gün.'),
	TransactionDate: both('The day of the sale.', 'Satışın yapıldığı gün.'),

	// payments
	paymentCode: both('The code of the payment.', 'Ödemenin kodu.'),
	'Movement.paymentCode': both(
		'The code of the payment; `null` where it is about none.',
		'Ödemenin kodu; belirli bir ödemeyle ilgili değilse `null`.',
	),
	paymentCodes: both('The codes of the payments, at least one.', 'Ödemelerin kodları, en az bir tane.'),
	paymentStatuses: both('Only payments in these states; not sent, all.', 'Yalnız bu durumlardaki ödemeler; gönderilmezse hepsi.'),
	paymentDate: both(
		'The day the money was received: late fees are as of that day.',
		'Paranın alındığı gün: gecikme bedeli o güne göre hesaplanır.',
	),
	'PaymentFund.paymentDate': both('The day as reported.', 'Bildirilen gün.'),
	paymentReferenceCode: both('Your reference; a repeat is known by it.', 'Sizin referansınız; yineleme onunla tanınır.'),
	'PaymentFund.paymentReferenceCode': both('Your reference as reported.', 'Bildirdiğiniz referans.'),
	'Movement.paymentReferenceCode': both('Your reference, where you sent one.', 'Gönderdiyseniz referansınız.'),
	Payments: both('The payments, by number.', 'Ödemeler, taksit sırasıyla.'),
	'GetCustomerPayments.Payments': both(
		'The payments: newest sale first, in it by number.',
		'Ödemeler: en yeni satış başta, satış içinde taksit sırasıyla.',
	),
	InstallmentPayment: both('Amount less refunds; 0 when cancelled.', 'İadeler düşülmüş tutar; iptal edilmişse 0.'),
	TermDate: both('When it is due.', 'Vade tarihi.'),
	PaymentStatus: both(
		'The state: 0 unpaid, 1 paid, 2 part paid, 3 overdue, 4 cancelled.',
		'Durum: 0 ödenmedi, 1 ödendi, 2 kısmi ödeme, 3 vadesi geçmiş, 4 iptal edildi.',
	),
	PaymentStatusText: both('The state in Turkish.', 'Durumun metni.'),
	overdueAmount: both('Late fee charged so far, paid or not.', 'Bugüne kadar işleyen gecikme bedeli; ödenmiş olsun olmasın.'),
	'PaymentFund.overdueAmount': both('Late fee in what was paid.', 'Ödenenin içindeki gecikme bedeli.'),
	'ClosedPayment.overdueAmount': both('Late fee in what was paid.', 'Ödenenin içindeki gecikme bedeli.'),
	overdueRate: both('Late fee rate, per month.', 'Aylık gecikme oranı.'),
	overdueDate: both(
		'The first day on which it counts as overdue, if it is not paid by then.',
		'O güne kadar ödenmezse gecikmiş sayılacağı ilk gün.',
	),
	totalExpenseAmount: both(
		'Expense of enforcement on this payment, paid or not.',
		'Bu ödemedeki icra masrafı; ödenmiş olsun olmasın.',
	),
	paidAmount: both('All money taken on it.', 'Bu ödemeye alınan paranın tamamı.'),
	paidDate: both('The day it was closed; `null` before that.', 'Kapandığı gün; o zamana kadar `null`.'),
	paymentfunds: both('What was taken.', 'Alınan para.'),
	'SetBulkPaidPayment.paymentfunds': both('What was taken, in the order sent.', 'Alınan paralar, gönderilen sırayla.'),
	installmentPayment: both('The instalment in what was paid.', 'Ödenenin içindeki taksit tutarı.'),
	expenseAmount: both(
		'All expenses up to now together, not only the new one.',
		'Yalnız yenisi değil, o güne kadarki masrafların toplamı.',
	),
	'PaymentFund.expenseAmount': both('Expense in what was paid.', 'Ödenenin içindeki masraf.'),
	'ClosedPayment.expenseAmount': both('Expense in what was paid.', 'Ödenenin içindeki masraf.'),
	balanceAmount: both('What the customer has paid to you.', 'Müşterinin size ödediği tutar.'),
	CustomerBalance: both('What is left of the balance.', 'Bakiyeden kalan.'),
	ClosedPayments: both('The payments it has closed, in that order.', 'Kapattığı ödemeler, kapanış sırasıyla.'),

	// refunds
	refundId: both('Your number of the refund; it is used once.', 'İadenin sizdeki numarası; bir kez kullanılır.'),
	refundAmount: both('How much of the order amount is refunded.', 'Sipariş tutarının ne kadarının iade edildiği.'),
	RefundId: both('Your number of the refund.', 'İadenin sizdeki numarası.'),
	RefundAmount: both('How much of the order amount was refunded.', 'Sipariş tutarının iade edilen kısmı.'),
	RefundFeeAmount: both('The share of the fee that falls with it.', 'Onunla birlikte düşen ücret payı.'),
	CustomerRefundAmount: both(
		'What you pay out to the customer, because no open instalment could take it.',
		'Açık taksitlerden düşülemediği için müşteriye sizin ödeyeceğiniz tutar.',
	),
	RefundDate: both('The day of the refund.', 'İadenin günü.'),

	// enforcement
	paymentAmount: both('What came in.', 'Gelen tutar.'),
	RemainingAmount: both('What is owed today after it.', 'Ondan sonra bugün kalan borç.'),

	// reconciliation
	reconciliationDate: both('The business day.', 'İş günü.'),
	transactionCount: both('Your number of sales activated that day.', 'Sizdeki, o gün onaylanan satış sayısı.'),
	transactionAmount: both('Their order amounts together.', 'Bunların sipariş tutarları toplamı.'),
	refundCount: both('Your number of refunds.', 'Sizdeki iade sayısı.'),
	'GetDailyReconciliation.refundAmount': both(
		'What was refunded, without fee shares.',
		'İade edilen tutar, ücret payları hariç.',
	),
	paymentCount: both(
		'Your number of payments reported or taken up front, with those through enforcement.',
		'Sizdeki, bildirilen ya da peşin alınan ödeme sayısı; icra tahsilatları dahil.',
	),
	'GetDailyReconciliation.paymentAmount': both(
		'All that was taken with them, late fees and expenses included.',
		'Bunlarla alınan paranın tamamı; gecikme bedeli ve masraflar dahil.',
	),
	balanceLoadCount: both('Your number of balance loads.', 'Sizdeki bakiye yükleme sayısı.'),
	balanceLoadAmount: both('What was loaded.', 'Yüklenen tutar.'),
	TransactionCount: both('Our number of sales activated that day.', 'Bizdeki, o gün onaylanan satış sayısı.'),
	TransactionAmount: both('Their order amounts together.', 'Bunların sipariş tutarları toplamı.'),
	RefundCount: both('Our number of refunds.', 'Bizdeki iade sayısı.'),
	'GetDailyReconciliation.RefundAmount': both(
		'What was refunded, without fee shares.',
		'İade edilen tutar, ücret payları hariç.',
	),
	PaymentCount: both(
		'Our number of payments reported or taken up front, with those through enforcement.',
		'Bizdeki, bildirilen ya da peşin alınan ödeme sayısı; icra tahsilatları dahil.',
	),
	PaymentAmount: both(
		'All that was taken with them, late fees and expenses included.',
		'Bunlarla alınan paranın tamamı; gecikme bedeli ve masraflar dahil.',
	),
	BalanceLoadCount: both('Our number of balance loads.', 'Bizdeki bakiye yükleme sayısı.'),
	BalanceLoadAmount: both('What was loaded.', 'Yüklenen tutar.'),
	IsMatched: both(
		'Whether all that you sent agrees; `null` where you sent nothing.',
		'Gönderdiklerinizin hepsinin tutup tutmadığı; hiçbiri gönderilmemişse `null`.',
	),
	Differences: both('What does not agree.', 'Tutmayanlar.'),
	Field: both('The parameter.', 'Parametre.'),
	Ours: both('What we have.', 'Bizdeki değer.'),
	Yours: both('What you sent.', 'Gönderdiğiniz değer.'),
	Movements: both('The movements, in the order of recording.', 'Hareketler, kayıt sırasıyla.'),
	MovementType: both('What it was.', 'Hareketin türü.'),
	MovementCode: both(
		'transactionCode of a sale, refundId of a refund, paymentCode of a payment; else a number of ours.',
		'Satışta transactionCode, iadede refundId, ödemede paymentCode; diğerlerinde bizim bir numaramız.',
	),
	Amount: both('How much.', 'Tutar.'),
	MovementDate: both('The business day of recording.', 'Kaydedildiği iş günü.'),

	// codes
	ErrorCodes: both('Every code, in the order below.', 'Bütün kodlar, aşağıdaki sırayla.'),
	errorCode: both('The code.', 'Kod.'),
	'ErrorCode.message': both('What it says.', 'Ne dediği.'),
}
