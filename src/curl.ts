// A signed call as a line for the shell.

import { type MerchantCredentials, type Parameters, signed } from './sdk/sign.ts'

export function curlCommand(baseUrl: string, path: string, parameters: Parameters, credentials: MerchantCredentials): string {
	const body = JSON.stringify(signed(path, parameters, credentials))
	return [`curl -sS -w '\\n' ${baseUrl}${path} \\`, "  -H 'Content-Type: application/json' \\", `  -d ${quoted(body)}`].join('\n')
}

/** For a POSIX shell: nothing inside single quotes means anything but the quote itself. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`
}
