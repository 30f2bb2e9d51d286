// The list of codes, from the same table the server answers with (protocol 5.17).

import { codes, type Language } from './codes.ts'
import { endpoint } from './endpoint.ts'

export const getErrorCodes = endpoint({
	name: 'GetErrorCodes',
	family: 'Index',
	section: '5.17',
	mark: 'M',
	token: ['merchantId', 'ipAddress'],
	tokenMark: 'M',
	fields: {},
	refusals: [],
	encode: (language: Language) => ({
		ErrorCodes: codes.map((code) => ({ errorCode: code.code, message: code[language] })),
	}),
})
