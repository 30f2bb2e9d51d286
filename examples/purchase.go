// A purchase on instalments against a Sonra sandbox, in plain Go (1.18 or newer).
//
//	go run examples/purchase.go [demo-merchant.json]
//	go run examples/purchase.go token KEY SALT VALUE ...     prints one requestToken
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"strings"
	"time"
)

type merchant struct {
	MerchantID   string `json:"merchantId"`
	MerchantKey  string `json:"merchantKey"`
	MerchantSalt string `json:"merchantSalt"`
	BaseURL      string `json:"baseUrl"`
}

// requestToken is base64(HMAC-SHA256(key, all values one after the other + salt)); a parameter that is not sent counts as "".
func requestToken(key, salt string, values []string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(strings.Join(values, "") + salt))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var client = http.Client{Timeout: 30 * time.Second}

// call signs the values of these names, in the order of the reference, sends the call and decodes the answer's Data.
func (m merchant) call(path string, signed []string, body map[string]string, data any) {
	body["merchantId"] = m.MerchantID
	values := make([]string, len(signed))
	for i, name := range signed {
		values[i] = body[name]
	}
	body["requestToken"] = requestToken(m.MerchantKey, m.MerchantSalt, values)
	text, err := json.Marshal(body)
	check(err)
	response, err := client.Post(m.BaseURL+path, "application/json", bytes.NewReader(text))
	check(err)
	defer response.Body.Close()
	var answer struct {
		Success      bool
		Data         json.RawMessage
		ErrorDetails json.RawMessage
	}
	check(json.NewDecoder(response.Body).Decode(&answer))
	if !answer.Success {
		log.Fatalf("%s: %s", path, answer.ErrorDetails)
	}
	check(json.Unmarshal(answer.Data, data))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	if len(os.Args) > 3 && os.Args[1] == "token" {
		fmt.Println(requestToken(os.Args[2], os.Args[3], os.Args[4:]))
		return
	}
	file := "data/demo-merchant.json"
	if len(os.Args) > 1 {
		file = os.Args[1]
	}
	text, err := os.ReadFile(file)
	check(err)
	var m merchant
	check(json.Unmarshal(text, &m))

	var limit struct {
		CustomerInfo struct {
			CustomerId     string
			AvailableLimit json.Number
		}
	}
	m.call("/RequestV2/SetLimitFromKds",
		[]string{"merchantId", "shopperName", "shopperSurname", "dealerSegment", "ipAddress"},
		map[string]string{
			"shopperName":    "Ayşe",
			"shopperSurname": "Yılmaz",
			"tckn":           "10000000146",
			"mobileNumber":   "5321112233",
			"email":          "ayse@example.com",
			"birthDate":      "1990-05-17",
			"dealerSegment":  "GOLD",
			"kdsLimit":       "1000000", // kuruş: 10 000.00 TL
		}, &limit)
	customer := limit.CustomerInfo
	fmt.Printf("customer %s can buy for %s TL\n", customer.CustomerId, customer.AvailableLimit)

	// The order number is yours. Sent again, it answers the same sale and makes no second one.
	merchantOid := fmt.Sprintf("go-%d", time.Now().UnixMilli())
	var sale struct{ TransactionCode string }
	m.call("/RequestV2/CreateTransaction",
		[]string{"merchantId", "merchantOid", "customerId", "orderAmount", "selectedInstallment", "ipAddress"},
		map[string]string{
			"merchantOid":         merchantOid,
			"customerId":          customer.CustomerId,
			"orderAmount":         "120000",
			"selectedInstallment": "4",
		}, &sale)
	var active struct {
		Payments []struct {
			PaymentCode        string      `json:"paymentCode"`
			InstallmentPayment json.Number
			TermDate           string
		}
	}
	m.call("/RequestV2/ActivateTransaction",
		[]string{"merchantId", "merchantOid", "transactionCode", "ipAddress"},
		map[string]string{"merchantOid": merchantOid, "transactionCode": sale.TransactionCode}, &active)
	fmt.Printf("sale %s is active\n", sale.TransactionCode)
	for _, payment := range active.Payments {
		fmt.Printf("payment %s of %s TL is due on %s\n", payment.PaymentCode, payment.InstallmentPayment, payment.TermDate[:10])
	}
}
