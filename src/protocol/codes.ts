// Every code of protocol section 4, in its order, with what it says to the merchant's developer who reads it.
// GetErrorCodes answers with this table and ErrorDetails quotes it, so a text here is part of the product.

import type { Refusal } from '../domain/refusals.ts'

/** M: printed in the manual. V: printed in a sibling manual. O: ours. */
export type Mark = 'M' | 'V' | 'O'

export type Language = 'tr' | 'en'

export interface Code {
	readonly code: string
	readonly mark: Mark
	/** The refusal it stands for; null for a code that says how a call went or how it was written. */
	readonly refusal: Refusal | null
	readonly tr: string
	readonly en: string
}

function code(code: string, mark: Mark, refusal: Refusal | null, tr: string, en: string): Code {
	return { code, mark, refusal, tr, en }
}

export const codes: readonly Code[] = [
	code('RS100', 'M', null, 'İşlem yapıldı.', 'Done.'),
	code(
		'RS110',
		'O',
		null,
		'KKB raporu henüz hazır değil. Biraz sonra AskKkbReportResult ile yeniden sorun.',
		'The KKB report is not ready yet. Ask again shortly with AskKkbReportResult.',
	),
	code(
		'RS115',
		'V',
		'mobile-number-not-usable',
		'Bu cep telefonu numarası kullanılamaz. KkbPhones listesindeki, KKB’nin bu kişi için bildiği numaralardan birini gönderin.',
		'This mobile number can’t be used. Send one of those in KkbPhones, which KKB knows for this person.',
	),

	code(
		'H100',
		'O',
		null,
		'İstek okunamadı. Adresi, yöntemi (POST), Content-Type başlığını, gövdenin biçimini ve boyutunu kontrol edin.',
		'The request could not be read. Check the address, the method (POST), the Content-Type header, and the format and size of the body.',
	),
	code(
		'H101',
		'O',
		null,
		'Zorunlu bir parametre eksik. Hangisi olduğu Field alanında yazar.',
		'A required parameter is missing. Field names it.',
	),
	code(
		'H102',
		'O',
		'limit-expire-date-not-later',
		'Bir parametre geçersiz. Hangisi olduğu Field alanında yazar; türünü, uzunluğunu ve sınırlarını kontrol edin.',
		'A parameter is invalid. Field names it; check its type, length and bounds.',
	),
	code(
		'H103',
		'O',
		null,
		'Bu merchantId ile kayıtlı bir üye iş yeri yok. Size verilen değeri olduğu gibi gönderin.',
		'There is no merchant with this merchantId. Send the value exactly as it was given to you.',
	),
	code(
		'H104',
		'O',
		null,
		'Üye iş yeri hesabınız pasif. Açılması için hizmet sağlayıcınıza başvurun.',
		'Your merchant account is passive. Ask your provider to activate it.',
	),
	code(
		'H105',
		'O',
		null,
		'requestToken ya da Sonra-Signature eksik ya da yanlış (Field hangisi olduğunu söyler). İmzalanan metinleri, sıralarını, anahtarı, tuzu ve zamanı kontrol edin.',
		'requestToken or Sonra-Signature is missing or wrong (Field says which). Check the texts that are signed, their order, the key, the salt and the time.',
	),
	code(
		'H106',
		'O',
		null,
		'Çağrının geldiği ağ adresi izin listenizde yok. Eklenmesi için hizmet sağlayıcınıza başvurun.',
		'The network address of this call is not on your allow-list. Ask your provider to add it.',
	),
	code(
		'H107',
		'O',
		null,
		'Kısa sürede çok fazla istek ya da çok fazla yanlış requestToken geldi. Retry-After başlığındaki süre kadar bekleyip yeniden deneyin.',
		'Too many requests, or too many with a wrong requestToken, in a short time. Wait as long as the Retry-After header says, then try again.',
	),
	code(
		'H108',
		'O',
		null,
		'Hizmet geçici olarak kullanılamıyor. Retry-After başlığındaki süre kadar bekleyip aynı isteği yineleyin.',
		'The service is temporarily unavailable. Wait as long as the Retry-After header says, then repeat the same request.',
	),
	code(
		'H109',
		'O',
		null,
		'Bu Idempotency-Key ya da paymentReferenceCode daha önce başka bir içerikle kullanılmış. Yeni bir istek için yeni bir değer gönderin.',
		'This Idempotency-Key or paymentReferenceCode was already used with other content. Send a new value for a new request.',
	),
	code(
		'H110',
		'O',
		null,
		'Beklenmeyen bir hata oluştu. Yanıttaki X-Request-Id değeriyle hizmet sağlayıcınıza bildirin.',
		'An unexpected error occurred. Report it to your provider with the X-Request-Id of the answer.',
	),

	code(
		'H201',
		'O',
		'tckn-invalid',
		'TCKN geçersiz. 11 haneyi ve kontrol hanelerini denetleyin.',
		'The TCKN is invalid. Check its 11 digits and its check digits.',
	),
	code(
		'H202',
		'O',
		'identity-not-verified',
		'Kimlik doğrulanamadı. Ad, soyad, TCKN ve doğum tarihini kimlikte yazdığı gibi gönderin.',
		'The identity could not be verified. Send name, surname, TCKN and birth date as they stand on the identity card.',
	),
	code(
		'H203',
		'O',
		'mobile-number-taken',
		'Cep telefonu numarası başka bir müşteriye kayıtlı. Müşterinin kendi numarasını gönderin.',
		'The mobile number belongs to another customer. Send the customer’s own number.',
	),
	code(
		'H205',
		'O',
		'under-age',
		'Müşteri 18 yaşından küçük, kendisine limit tanımlanamaz. birthDate yanlışsa doğrusunu gönderin.',
		'The customer is under 18 and can’t be given a limit. If birthDate is wrong, send the right one.',
	),
	code(
		'H210',
		'O',
		'limit-request-not-found',
		'Bu KkbRefNo ile bu adımda bekleyen bir limit talebi yok. Değeri kontrol edin ya da HasoAuthSendInfo ile yeni talep başlatın.',
		'No limit request with this KkbRefNo waits for this step. Check the value or start a new request with HasoAuthSendInfo.',
	),
	code(
		'H211',
		'O',
		'pin-wrong',
		'Pin kodu yanlış. Müşteriden SMS ile gelen son kodu isteyin; her kod için 5 deneme hakkı vardır.',
		'The pin is wrong. Ask the customer for the latest code received by SMS; each code allows 5 tries.',
	),
	code(
		'H212',
		'O',
		'pin-expired',
		'Pin kodunun süresi doldu. ResendKkbPinCode ile yeni kod gönderin.',
		'The pin has expired. Send a new one with ResendKkbPinCode.',
	),
	code(
		'H213',
		'O',
		'pin-tries-exhausted',
		'Pin kodu çok fazla kez yanlış girildi. ResendKkbPinCode ile yeni kod gönderin.',
		'The pin was entered wrongly too many times. Send a new one with ResendKkbPinCode.',
	),
	code(
		'H215',
		'O',
		'limit-request-rejected',
		'Limit talebi reddedildi, bu taleple limit tanımlanmadı. Aynı KkbRefNo ile yeniden sormak sonucu değiştirmez.',
		'The limit request was rejected and granted no limit. Asking again with this KkbRefNo will not change that.',
	),
	code(
		'H216',
		'O',
		'bureau-unreachable',
		'KKB’ye şu anda ulaşılamıyor. Aynı isteği biraz sonra yineleyin; yinelemek güvenlidir.',
		'KKB can’t be reached right now. Repeat the same request a little later; repeating is safe.',
	),
	code(
		'H217',
		'O',
		'resend-not-allowed-now',
		'Pin kodu şu anda yeniden gönderilemez. Gönderimler arasında en az 60 saniye olmalı, bir talepte en çok 3 kez gönderilebilir.',
		'The pin can’t be sent again now. Sendings are at least 60 seconds apart, and at most 3 per request.',
	),
	code(
		'H220',
		'O',
		'customer-suspended',
		'Müşteri askıda; yeni limit tanımlanamaz ve yeni işlem oluşturulamaz. Siz askıya aldıysanız ActivateCustomer ile kaldırın, değilse hizmet sağlayıcınıza başvurun.',
		'The customer is suspended: no new limit and no new transaction. If you suspended it, lift that with ActivateCustomer; otherwise ask your provider.',
	),
	code(
		'H221',
		'O',
		'customer-overdue',
		'Müşterinin sizde ya da başka bir üye iş yerinde vadesi geçmiş ödemesi var. O ödeme kapandıktan sonra yeniden deneyin.',
		'The customer has an overdue payment, with you or with another merchant. Try again once it is paid.',
	),
	code(
		'H222',
		'O',
		'no-valid-limit',
		'Müşterinin geçerli bir limiti yok. HasoAuthSendInfo ile limit talebi başlatın.',
		'The customer has no valid limit. Start a limit request with HasoAuthSendInfo.',
	),
	code(
		'H223',
		'V',
		'customer-not-found',
		'Müşteri bulunamadı. customerId değerini kontrol edin; müşteri için önce sizden bir limit talebi ya da limit gelmiş olmalıdır.',
		'The customer was not found. Check customerId; a limit request or a limit for this customer must have come from you first.',
	),
	code(
		'H224',
		'O',
		'already-suspended',
		'Müşteri zaten askıda. Yapılacak bir şey yok.',
		'The customer is already suspended. There is nothing to do.',
	),
	code(
		'H225',
		'O',
		'not-suspended',
		'Müşteri sizin tarafınızdan askıya alınmış değil. Yapılacak bir şey yok.',
		'The customer is not suspended by you. There is nothing to do.',
	),
	code(
		'H226',
		'O',
		'customer-in-enforcement',
		'Müşterinin sizde ya da başka bir üye iş yerinde icrada olan bir işlemi var. O işlem kapanmadan yeni işlem oluşturulamaz.',
		'The customer has a transaction in enforcement, with you or with another merchant. No new one can be created before it is settled.',
	),
	code(
		'H227',
		'O',
		'limit-not-allowed-to-merchant',
		'Bu tür bir limiti ya da bu tutarı tanımlama yetkiniz yok. Yetki için hizmet sağlayıcınıza başvurun.',
		'You are not allowed to set a limit of this kind or of this amount. Ask your provider for permission.',
	),

	code(
		'H300',
		'O',
		'transaction-not-found',
		'İşlem bulunamadı. transactionCode ve merchantOid değerlerinin aynı işleme ait olduğunu kontrol edin.',
		'The transaction was not found. Check that transactionCode and merchantOid belong to the same transaction.',
	),
	code(
		'H301',
		'O',
		'merchant-oid-used',
		'Bu merchantOid başka içerikli bir işlemde kullanılmış. Yeni sipariş için yeni bir merchantOid gönderin.',
		'This merchantOid was already used for a transaction with other content. Send a new merchantOid for a new order.',
	),
	code(
		'H302',
		'O',
		'customer-limit-insufficient',
		'Müşterinin kullanılabilir limiti bu tutara yetmiyor. Güncel limiti GetCustomerInformation ile görebilirsiniz.',
		'The customer’s available limit does not cover this amount. GetCustomerInformation shows the present limit.',
	),
	code(
		'H303',
		'O',
		'merchant-limit-insufficient',
		'Üye iş yeri limitiniz bu tutara yetmiyor. Limit artışı için hizmet sağlayıcınıza başvurun.',
		'Your merchant limit does not cover this amount. Ask your provider to raise it.',
	),
	code(
		'H304',
		'O',
		'instalment-option-not-offered',
		'Bu tutar için bu taksit sayısı sunulmuyor. selectedInstallment için InstallmentPlans listesindeki bir InstallmentNo değerini gönderin.',
		'This number of instalments is not offered for this amount. Send an InstallmentNo from InstallmentPlans as selectedInstallment.',
	),
	code(
		'H305',
		'O',
		'wrong-transaction-state',
		'İşlemin şu anki durumunda bu yapılamaz. Durumu GetPaymentsOfTransaction ile görebilirsiniz.',
		'This is not possible in the transaction’s present state. GetPaymentsOfTransaction shows the state.',
	),
	code(
		'H306',
		'O',
		'refund-over-refundable',
		'İade tutarı, sipariş tutarının henüz iade edilmemiş kısmını aşıyor. En çok kalan tutarı gönderin.',
		'The refund is more than what is left of the order amount. Send at most the rest.',
	),
	code(
		'H307',
		'M',
		'refund-already-made',
		'Bu refundId ile iade zaten yapılmış, ikinci kez yapılmadı. Tutarları CheckRefund ile görebilirsiniz.',
		'The refund with this refundId was already made and was not made again. CheckRefund shows its amounts.',
	),
	code(
		'H308',
		'V',
		'refund-not-found',
		'Bu refundId ile yapılmış bir iade yok. refundId değerini kontrol edin.',
		'No refund was made with this refundId. Check the refundId.',
	),
	code(
		'H309',
		'O',
		'transaction-expired',
		'İşlem süresi içinde onaylanmadığı için geçersiz oldu. Yeni bir merchantOid ile yeni işlem oluşturun.',
		'The transaction was not activated in time and has expired. Create a new one with a new merchantOid.',
	),
	code(
		'H310',
		'O',
		'payment-not-found',
		'Ödeme bulunamadı. paymentCode değerini, GetCustomerPayments yanıtında yazdığı gibi gönderin.',
		'The payment was not found. Send paymentCode as GetCustomerPayments answers it.',
	),
	code(
		'H311',
		'V',
		'mobile-number-unchanged',
		'Müşterinin numarası zaten bu. Yapılacak bir şey yok.',
		'The customer already has this number. There is nothing to do.',
	),
	code(
		'H312',
		'O',
		'payment-already-paid',
		'Bu taksit zaten ödenmiş. Başka bir referans ya da tarihle yeniden bildirilemez.',
		'This instalment is already paid. It can’t be reported again with another reference or date.',
	),
	code(
		'H313',
		'O',
		'payment-cancelled',
		'Bu taksit iptal edilmiş. Ödenecek bir tutarı yok.',
		'This instalment is cancelled. There is nothing to pay on it.',
	),
	code(
		'H314',
		'O',
		'payment-date-not-possible',
		'paymentDate gelecekte ya da işlem tarihinden önce olamaz. Paranın alındığı günü gönderin.',
		'paymentDate can’t be in the future or before the transaction. Send the day the money was received.',
	),
	code(
		'H315',
		'O',
		'transaction-in-enforcement',
		'İşlem icrada, taksitleri tek tek ödendi olarak bildirilemez. Tahsilatı SetPaidExecutionTransaction ile bildirin.',
		'The transaction is in enforcement, so its instalments can’t be reported paid. Report the money with SetPaidExecutionTransaction.',
	),
	code(
		'H316',
		'O',
		'transaction-not-in-enforcement',
		'İşlem icrada değil. Bu çağrı yalnızca SendExecutionTransaction ile icraya gönderilen ve borcu süren işlemler içindir.',
		'The transaction is not in enforcement. This call is only for those sent there with SendExecutionTransaction and still owing.',
	),
	code(
		'H317',
		'O',
		'nothing-overdue',
		'İşlemin icraya gönderilecek kadar gecikmiş bir taksidi yok. Taksitlerin overdueDate tarihlerini GetPaymentsOfTransaction ile görebilirsiniz.',
		'The transaction has no instalment that is overdue long enough for enforcement. GetPaymentsOfTransaction shows each overdueDate.',
	),
	code(
		'H318',
		'O',
		'expense-below-paid',
		'Masraf, bugüne kadar ödenmiş masrafın altına inemez. expenseAmount, o güne kadarki masrafların toplamıdır.',
		'The expense can’t be less than what was already paid of it. expenseAmount is the running total of all expenses.',
	),
	code(
		'H319',
		'O',
		'more-than-owed',
		'Tutar, paymentDate tarihindeki borçtan fazla. En çok borç kadar gönderin.',
		'The amount is more than what is owed on paymentDate. Send at most that.',
	),
	code(
		'H320',
		'O',
		'payment-code-repeated',
		'Aynı paymentCode listede birden çok kez var. Her taksidi bir kez gönderin.',
		'The same paymentCode is in the list more than once. Send each instalment once.',
	),
	code(
		'H321',
		'O',
		'payment-of-other-order',
		'Ödeme başka bir siparişe ait. paymentCode ile merchantOid aynı işlemin olmalıdır.',
		'The payment belongs to another order. paymentCode and merchantOid must be of the same transaction.',
	),
]

const byCode = new Map(codes.map((entry) => [entry.code, entry]))
const byRefusal = new Map(codes.map((entry) => [entry.refusal, entry]))

export function codeOf(refusal: Refusal): string {
	const entry = byRefusal.get(refusal)
	if (entry === undefined) throw new Error(`no code for the refusal ${refusal}`)
	return entry.code
}

/** What a code says. A code that is not in the table is a bug and throws. */
export function messageOf(code: string, language: Language): string {
	const entry = byCode.get(code)
	if (entry === undefined) throw new Error(`no such code: ${code}`)
	return entry[language]
}

const languageRange = /^\s*([a-z]{1,8}|\*)(?:-[a-z0-9]{1,8})*\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/

/** English where an Accept-Language header ranks it above Turkish, otherwise Turkish (protocol 1.2). */
export function preferredLanguage(acceptLanguage: string | undefined): Language {
	const quality = new Map<string, number>()
	for (const range of (acceptLanguage ?? '').toLowerCase().split(',')) {
		const [, language, q = '1'] = languageRange.exec(range) ?? []
		if (language !== undefined) quality.set(language, Math.max(Number(q), quality.get(language) ?? 0))
	}
	const others = quality.get('*') ?? 0
	return (quality.get('en') ?? others) > (quality.get('tr') ?? others) ? 'en' : 'tr'
}
