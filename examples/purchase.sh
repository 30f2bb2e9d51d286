#!/bin/sh
# A purchase on instalments against a Sonra sandbox, with curl and openssl.
#   sh examples/purchase.sh [demo-merchant.json]
#   sh examples/purchase.sh token KEY SALT VALUE ...     prints one requestToken
set -eu

# base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as ''.
# The key is given in hexadecimal, as openssl takes any key that way.
request_token() {
	key=$1 salt=$2
	shift 2
	printf '%s' "$@" "$salt" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(printf '%s' "$key" | od -An -v -tx1 | tr -d ' \n')" -binary | openssl base64 -A
}

if [ "${1:-}" = token ]; then
	shift
	request_token "$@"
	echo
	exit
fi

file=${1:-data/demo-merchant.json}
# The first value of this name in a JSON text, whether in quotes or not.
field() { sed -n "s/.*\"$1\"[ ]*:[ ]*\"\{0,1\}\([^\",}]*\).*/\1/p" | head -n 1; }
of_merchant() { field "$1" <"$file"; }
id=$(of_merchant merchantId) key=$(of_merchant merchantKey) salt=$(of_merchant merchantSalt) url=$(of_merchant baseUrl)

# call PATH TOKEN NAME=VALUE ... sends a form, where nothing needs quoting; the answer is in the file $answered.
call() {
	path=$1 token=$2
	shift 2
	for parameter in "merchantId=$id" "requestToken=$token" "$@"; do
		printf -- '--data-urlencode\n%s\n' "$parameter"
	done | tr '\n' '\0' | xargs -0 curl -sS -m 30 -w '\n' "$url$path" >"$answered"
	grep -q '^{"Success":true' "$answered" || { cat "$answered" >&2 && exit 1; }
}
answered=$(mktemp)
trap 'rm -f "$answered"' EXIT

call /RequestV2/SetLimitFromKds "$(request_token "$key" "$salt" "$id" Ayşe Yılmaz GOLD)" \
	shopperName=Ayşe shopperSurname=Yılmaz tckn=10000000146 mobileNumber=5321112233 email=ayse@example.com \
	birthDate=1990-05-17 dealerSegment=GOLD kdsLimit=1000000
customer=$(field CustomerId <"$answered")
echo "customer $customer can buy for $(field AvailableLimit <"$answered") TL"

# The order number is yours. Sent again, it answers the same sale and makes no second one.
oid="curl-$(date +%s)"
call /RequestV2/CreateTransaction "$(request_token "$key" "$salt" "$id" "$oid" "$customer" 120000 4)" \
	"merchantOid=$oid" "customerId=$customer" orderAmount=120000 selectedInstallment=4
sale=$(field TransactionCode <"$answered")
call /RequestV2/ActivateTransaction "$(request_token "$key" "$salt" "$id" "$oid" "$sale")" \
	"merchantOid=$oid" "transactionCode=$sale"
echo "sale $sale is active"
# One payment a line.
sed 's/{"paymentCode"/\
&/g' "$answered" | sed -n 's/^{"paymentCode":"\([^"]*\)".*"InstallmentPayment":\([0-9.]*\),"TermDate":"\([0-9-]*\)T.*/payment \1 of \2 TL is due on \3/p'
