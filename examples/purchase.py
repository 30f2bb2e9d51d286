# A purchase on instalments against a Sonra sandbox, in plain Python (3.8 or newer).
#   python3 examples/purchase.py [demo-merchant.json]
#   python3 examples/purchase.py token KEY SALT VALUE ...     prints one requestToken

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.request


def request_token(key, salt, values):
    """base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as ''."""
    text = "".join(values) + salt
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def call(merchant, path, signed, parameters):
    """`signed`: the names whose values make up the token of this path, in the order of the reference."""
    body = {"merchantId": merchant["merchantId"], **parameters}
    values = [body.get(name, "") for name in signed]
    body["requestToken"] = request_token(merchant["merchantKey"], merchant["merchantSalt"], values)
    request = urllib.request.Request(
        merchant["baseUrl"] + path,
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        answer = json.load(response)
    if not answer["Success"]:
        sys.exit(f"{path}: {answer['ErrorDetails']}")
    return answer["Data"]


def purchase(merchant):
    customer = call(
        merchant,
        "/RequestV2/SetLimitFromKds",
        ["merchantId", "shopperName", "shopperSurname", "dealerSegment", "ipAddress"],
        {
            "shopperName": "Ayşe",
            "shopperSurname": "Yılmaz",
            "tckn": "10000000146",
            "mobileNumber": "5321112233",
            "email": "ayse@example.com",
            "birthDate": "1990-05-17",
            "dealerSegment": "GOLD",
            "kdsLimit": "1000000",  # kuruş: 10 000.00 TL
        },
    )["CustomerInfo"]
    print(f"customer {customer['CustomerId']} can buy for {customer['AvailableLimit']} TL")

    # The order number is yours. Sent again, it answers the same sale and makes no second one.
    merchant_oid = f"python-{time.time_ns() // 1_000_000}"
    sale = call(
        merchant,
        "/RequestV2/CreateTransaction",
        ["merchantId", "merchantOid", "customerId", "orderAmount", "selectedInstallment", "ipAddress"],
        {
            "merchantOid": merchant_oid,
            "customerId": customer["CustomerId"],
            "orderAmount": "120000",
            "selectedInstallment": "4",
        },
    )
    active = call(
        merchant,
        "/RequestV2/ActivateTransaction",
        ["merchantId", "merchantOid", "transactionCode", "ipAddress"],
        {"merchantOid": merchant_oid, "transactionCode": sale["TransactionCode"]},
    )
    print(f"sale {sale['TransactionCode']} is active")
    for payment in active["Payments"]:
        due = payment["TermDate"][:10]
        print(f"payment {payment['paymentCode']} of {payment['InstallmentPayment']} TL is due on {due}")


if sys.argv[1:2] == ["token"]:
    print(request_token(sys.argv[2], sys.argv[3], sys.argv[4:]))
else:
    with open((sys.argv[1:] or ["data/demo-merchant.json"])[0], encoding="utf-8") as file:
        purchase(json.load(file))
