-- Limit requests (protocol 5.2.1 to 5.2.4) and the record of every call to a neighbour.

create type limit_request_state as enum (
  'started', 'verified', 'awaiting-pin', 'confirmed', 'granted', 'rejected', 'replaced', 'refused'
);
create type pin_text as enum ('under-way', 'sent', 'failed');

create sequence limit_request_id as bigint start with 100001;

create table limit_request (
  id               bigint primary key,
  merchant_id      integer not null,
  customer_id      bigint references customer,
  state            limit_request_state not null,
  tckn_hash        bytea not null,
  content_hash     bytea not null,
  test_on          boolean not null,
  predefined_limit bigint check (predefined_limit > 0),
  started_at       timestamptz not null,
  dealer_segment   text,
  name             text,
  surname          text,
  birth_date       date,
  tckn_sealed      bytea,
  mobile_hash      bytea,
  email_sealed     bytea,
  mobile_sealed    bytea,
  pin_hash         bytea,
  pin_made_at      timestamptz,
  pin_wrong_tries  integer check (pin_wrong_tries between 0 and 5),
  pin_text         pin_text,
  resends          integer check (resends between 0 and 3),
  confirmed_at     timestamptz,
  refusal          text,
  check ((state = 'started') = (tckn_sealed is not null)),
  check ((customer_id is not null) or state in ('started', 'replaced', 'refused')),
  check ((mobile_sealed is not null) = (state in ('started', 'verified', 'awaiting-pin'))),
  check ((state = 'awaiting-pin') = (pin_hash is not null)),
  check ((state = 'confirmed') = (confirmed_at is not null)),
  check ((state = 'refused') = (refusal is not null)),
  check (num_nulls(name, surname, birth_date, tckn_sealed, mobile_hash, email_sealed) in (0, 6)),
  check (num_nulls(pin_hash, pin_made_at, pin_wrong_tries, pin_text, resends) in (0, 5))
);
create unique index limit_request_undecided on limit_request (merchant_id, tckn_hash)
  where state in ('started', 'verified', 'awaiting-pin', 'confirmed');
comment on table limit_request is 'a merchant asked for a limit; kkbRefNo K100001 is its id. Who asks is kept only until it is a customer, the number only until the pin was right';
comment on column limit_request.content_hash is 'keyed hash of what the merchant sent: the same again is the same request';
comment on column limit_request.predefined_limit is 'what a right pin grants at once; null = the bureau decides';
comment on column limit_request.mobile_sealed is 'where pins go: fixed when the request started, so that no later change of a number redirects one';
comment on column limit_request.pin_hash is 'keyed hash of the pin; the pin itself is nowhere';

create index limit_request_customer on limit_request (customer_id);

create table gateway_call (
  id               bigint generated always as identity primary key,
  neighbour        text not null,
  operation        text not null,
  limit_request_id bigint,
  attempt          integer not null,
  outcome          text not null,
  ms               integer not null,
  at               timestamptz not null default now()
);
create index gateway_call_limit_request on gateway_call (limit_request_id);
comment on table gateway_call is 'every attempt to reach the bureau, the identity service or the SMS service: never whom it was about';
comment on column gateway_call.attempt is '1 is the first; 0 = not tried, the circuit was open';
