// A purchase on instalments against a Sonra sandbox, in plain Java (17 or newer).
//   java examples/Purchase.java [demo-merchant.json]
//   java examples/Purchase.java token KEY SALT VALUE ...     prints one requestToken
//
// The standard library has no JSON, so the calls are sent as forms and answers are searched for what is needed. With a JSON
// library at hand, send and read JSON.

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Purchase {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String merchant;

    private Purchase(String merchantJson) {
        this.merchant = merchantJson;
    }

    /** base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as "". */
    static String requestToken(String key, String salt, List<String> values) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] text = (String.join("", values) + salt).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(mac.doFinal(text));
    }

    /** signed: the names whose values make up the token of this path, in the order of the reference. */
    private String call(String path, List<String> signed, Map<String, String> parameters) throws Exception {
        Map<String, String> body = new LinkedHashMap<>(parameters);
        body.put("merchantId", field(merchant, "merchantId"));
        List<String> values = signed.stream().map(name -> body.getOrDefault(name, "")).toList();
        body.put("requestToken", requestToken(field(merchant, "merchantKey"), field(merchant, "merchantSalt"), values));
        HttpRequest request = HttpRequest.newBuilder(URI.create(field(merchant, "baseUrl") + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form(body)))
            .build();
        String answer = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
        if (!answer.startsWith("{\"Success\":true")) throw new IllegalStateException(path + ": " + answer);
        return answer;
    }

    private static String form(Map<String, String> body) {
        return body.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    }

    /** The first value of this name in a JSON text, whether in quotes or not. */
    private static String field(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"?([^\",}]*)").matcher(json);
        if (!found.find()) throw new IllegalStateException("no " + name + " in " + json);
        return found.group(1);
    }

    private void run() throws Exception {
        Map<String, String> shopper = new LinkedHashMap<>();
        shopper.put("shopperName", "Ayşe");
        shopper.put("shopperSurname", "Yılmaz");
        shopper.put("tckn", "10000000146");
        shopper.put("mobileNumber", "5321112233");
        shopper.put("email", "ayse@example.com");
        shopper.put("birthDate", "1990-05-17");
        shopper.put("dealerSegment", "GOLD");
        shopper.put("kdsLimit", "1000000"); // kuruş: 10 000.00 TL
        String customer = call("/RequestV2/SetLimitFromKds",
            List.of("merchantId", "shopperName", "shopperSurname", "dealerSegment", "ipAddress"), shopper);
        String customerId = field(customer, "CustomerId");
        System.out.println("customer " + customerId + " can buy for " + field(customer, "AvailableLimit") + " TL");

        // The order number is yours. Sent again, it answers the same sale and makes no second one.
        String merchantOid = "java-" + System.currentTimeMillis();
        String sale = call("/RequestV2/CreateTransaction",
            List.of("merchantId", "merchantOid", "customerId", "orderAmount", "selectedInstallment", "ipAddress"),
            Map.of("merchantOid", merchantOid, "customerId", customerId, "orderAmount", "120000", "selectedInstallment", "4"));
        String transactionCode = field(sale, "TransactionCode");
        String active = call("/RequestV2/ActivateTransaction",
            List.of("merchantId", "merchantOid", "transactionCode", "ipAddress"),
            Map.of("merchantOid", merchantOid, "transactionCode", transactionCode));
        System.out.println("sale " + transactionCode + " is active");
        for (String payment : active.split("(?=\"paymentCode\")")) {
            if (!payment.startsWith("\"paymentCode\"")) continue;
            System.out.println("payment " + field(payment, "paymentCode") + " of " + field(payment, "InstallmentPayment")
                + " TL is due on " + field(payment, "TermDate").substring(0, 10));
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("token")) {
            System.out.println(requestToken(args[1], args[2], Arrays.asList(args).subList(3, args.length)));
            return;
        }
        new Purchase(Files.readString(Path.of(args.length > 0 ? args[0] : "data/demo-merchant.json"))).run();
    }
}
