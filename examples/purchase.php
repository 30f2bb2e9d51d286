<?php
// A purchase on instalments against a Sonra sandbox, in plain PHP (8.0 or newer).
//   php examples/purchase.php [demo-merchant.json]
//   php examples/purchase.php token KEY SALT VALUE ...     prints one requestToken

declare(strict_types=1);

/** base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as ''. */
function requestToken(string $key, string $salt, array $values): string
{
    return base64_encode(hash_hmac('sha256', implode('', $values) . $salt, $key, true));
}

/** $signed: the names whose values make up the token of this path, in the order of the reference. */
function call(array $merchant, string $path, array $signed, array $parameters): array
{
    $body = ['merchantId' => $merchant['merchantId']] + $parameters;
    $values = array_map(fn (string $name): string => (string) ($body[$name] ?? ''), $signed);
    $body['requestToken'] = requestToken($merchant['merchantKey'], $merchant['merchantSalt'], $values);
    $text = file_get_contents($merchant['baseUrl'] . $path, false, stream_context_create(['http' => [
        'method' => 'POST',
        'header' => 'Content-Type: application/json',
        'content' => json_encode($body, JSON_THROW_ON_ERROR),
        'timeout' => 30,
        'ignore_errors' => true,
    ]]));
    if ($text === false) {
        throw new RuntimeException("$path: no answer");
    }
    $answer = json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    if (!$answer['Success']) {
        throw new RuntimeException("$path: " . json_encode($answer['ErrorDetails'], JSON_UNESCAPED_UNICODE));
    }
    return $answer['Data'];
}

if (($argv[1] ?? '') === 'token') {
    echo requestToken($argv[2], $argv[3], array_slice($argv, 4)), PHP_EOL;
    exit;
}

$merchant = json_decode(file_get_contents($argv[1] ?? 'data/demo-merchant.json'), true, 512, JSON_THROW_ON_ERROR);

$customer = call(
    $merchant,
    '/RequestV2/SetLimitFromKds',
    ['merchantId', 'shopperName', 'shopperSurname', 'dealerSegment', 'ipAddress'],
    [
        'shopperName' => 'Ayşe',
        'shopperSurname' => 'Yılmaz',
        'tckn' => '10000000146',
        'mobileNumber' => '5321112233',
        'email' => 'ayse@example.com',
        'birthDate' => '1990-05-17',
        'dealerSegment' => 'GOLD',
        'kdsLimit' => '1000000', // kuruş: 10 000.00 TL
    ],
)['CustomerInfo'];
echo "customer {$customer['CustomerId']} can buy for {$customer['AvailableLimit']} TL", PHP_EOL;

// The order number is yours. Sent again, it answers the same sale and makes no second one.
$merchantOid = 'php-' . (int) (microtime(true) * 1000);
$sale = call(
    $merchant,
    '/RequestV2/CreateTransaction',
    ['merchantId', 'merchantOid', 'customerId', 'orderAmount', 'selectedInstallment', 'ipAddress'],
    [
        'merchantOid' => $merchantOid,
        'customerId' => $customer['CustomerId'],
        'orderAmount' => '120000',
        'selectedInstallment' => '4',
    ],
);
$active = call(
    $merchant,
    '/RequestV2/ActivateTransaction',
    ['merchantId', 'merchantOid', 'transactionCode', 'ipAddress'],
    ['merchantOid' => $merchantOid, 'transactionCode' => $sale['TransactionCode']],
);
echo "sale {$sale['TransactionCode']} is active", PHP_EOL;
foreach ($active['Payments'] as $payment) {
    $due = substr($payment['TermDate'], 0, 10);
    echo "payment {$payment['paymentCode']} of {$payment['InstallmentPayment']} TL is due on $due", PHP_EOL;
}
