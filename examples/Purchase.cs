// A purchase on instalments against a Sonra sandbox, in plain C# (.NET 10 runs a single file; Mono compiles it too).
//   dotnet run examples/Purchase.cs [demo-merchant.json]
//   dotnet run examples/Purchase.cs token KEY SALT VALUE ...     prints one requestToken
//
// Calls are sent as forms and answers are searched for what is needed, so that this needs no JSON library of any version of .NET.
// In a program of your own, send and read JSON.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

static class Purchase
{
    static readonly HttpClient http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as "".</summary>
    static string RequestToken(string key, string salt, IEnumerable<string> values)
    {
        using (var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(key)))
            return Convert.ToBase64String(hmac.ComputeHash(Encoding.UTF8.GetBytes(string.Concat(values) + salt)));
    }

    /// <param name="signed">The names whose values make up the token of this path, in the order of the reference.</param>
    static string Call(string merchant, string path, string[] signed, Dictionary<string, string> body)
    {
        body["merchantId"] = Field(merchant, "merchantId");
        var values = signed.Select(name => body.ContainsKey(name) ? body[name] : "");
        body["requestToken"] = RequestToken(Field(merchant, "merchantKey"), Field(merchant, "merchantSalt"), values);
        var response = http.PostAsync(Field(merchant, "baseUrl") + path, new FormUrlEncodedContent(body)).Result;
        var answer = response.Content.ReadAsStringAsync().Result;
        if (!answer.StartsWith("{\"Success\":true")) throw new InvalidOperationException(path + ": " + answer);
        return answer;
    }

    /// <summary>The first value of this name in a JSON text, whether in quotes or not.</summary>
    static string Field(string json, string name)
    {
        var found = Regex.Match(json, "\"" + name + "\"\\s*:\\s*\"?([^\",}]*)");
        if (!found.Success) throw new InvalidOperationException("no " + name + " in " + json);
        return found.Groups[1].Value;
    }

    static void Main(string[] args)
    {
        if (args.Length > 2 && args[0] == "token")
        {
            Console.WriteLine(RequestToken(args[1], args[2], args.Skip(3)));
            return;
        }
        var merchant = File.ReadAllText(args.Length > 0 ? args[0] : "data/demo-merchant.json");

        var customer = Call(
            merchant,
            "/RequestV2/SetLimitFromKds",
            new[] { "merchantId", "shopperName", "shopperSurname", "dealerSegment", "ipAddress" },
            new Dictionary<string, string>
            {
                ["shopperName"] = "Ayşe",
                ["shopperSurname"] = "Yılmaz",
                ["tckn"] = "10000000146",
                ["mobileNumber"] = "5321112233",
                ["email"] = "ayse@example.com",
                ["birthDate"] = "1990-05-17",
                ["dealerSegment"] = "GOLD",
                ["kdsLimit"] = "1000000", // kuruş: 10 000.00 TL
            });
        var customerId = Field(customer, "CustomerId");
        Console.WriteLine($"customer {customerId} can buy for {Field(customer, "AvailableLimit")} TL");

        // The order number is yours. Sent again, it answers the same sale and makes no second one.
        var merchantOid = "csharp-" + DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var sale = Call(
            merchant,
            "/RequestV2/CreateTransaction",
            new[] { "merchantId", "merchantOid", "customerId", "orderAmount", "selectedInstallment", "ipAddress" },
            new Dictionary<string, string>
            {
                ["merchantOid"] = merchantOid,
                ["customerId"] = customerId,
                ["orderAmount"] = "120000",
                ["selectedInstallment"] = "4",
            });
        var transactionCode = Field(sale, "TransactionCode");
        var active = Call(
            merchant,
            "/RequestV2/ActivateTransaction",
            new[] { "merchantId", "merchantOid", "transactionCode", "ipAddress" },
            new Dictionary<string, string> { ["merchantOid"] = merchantOid, ["transactionCode"] = transactionCode });
        Console.WriteLine($"sale {transactionCode} is active");
        foreach (var payment in Regex.Split(active, "(?=\"paymentCode\")").Skip(1))
        {
            var due = Field(payment, "TermDate").Substring(0, 10);
            Console.WriteLine($"payment {Field(payment, "paymentCode")} of {Field(payment, "InstallmentPayment")} TL is due on {due}");
        }
    }
}
