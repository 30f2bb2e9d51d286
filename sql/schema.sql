-- Generated from the migrations by `npm run schema`, for reading. Objects stand in the order of their creation.

create type limit_source as enum ('KKB', 'PREDEFINED', 'KDS', 'MANUAL');
create type transaction_state as enum ('pending', 'active', 'completed', 'cancelled', 'refunded', 'enforcement');
create type payment_state as enum ('open', 'paid', 'cancelled');
create type paid_by as enum ('report', 'up-front', 'balance', 'enforcement', 'refund');
create type late_fee_base as enum ('open-amount', 'open-principal');
create type movement_type as enum ('sale', 'up-front-payment', 'reported-payment', 'balance-load', 'balance-payment', 'refund', 'enforcement-payment', 'expense');
create type account as enum ('customer-receivable', 'fee-income', 'late-fee-income', 'merchant-payable', 'merchant-collections', 'customer-balance', 'refunds-payable', 'enforcement-expenses');
create type limit_request_state as enum ('started', 'verified', 'awaiting-pin', 'confirmed', 'granted', 'rejected', 'replaced', 'refused', 'abandoned');
create type pin_text as enum ('under-way', 'sent', 'failed');
create type actor as enum ('merchant', 'operator', 'job');

create sequence merchant_id as integer start with 1001;
create sequence customer_id as bigint start with 1000000001 maxvalue 9999999999;
create sequence transaction_id as bigint start with 100001;
create sequence movement_id as bigint start with 1;
create sequence limit_request_id as bigint start with 100001;

create table migration (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey primary key (name)
);

create table merchant (
  id integer not null,
  -- the merchantId of the wire
  code text not null,
  name text not null,
  active boolean not null default true,
  key_sealed bytea not null,
  salt_sealed bytea not null,
  old_key_sealed bytea,
  old_salt_sealed bytea,
  -- until then the key before the last rotation works too
  old_key_until timestamp with time zone,
  -- calls without the header Sonra-Signature are refused
  signature_needed boolean not null default false,
  allowed_addresses text[],
  -- how much open principal the merchant may have out; null = unlimited
  credit_limit bigint,
  late_fee_rate_bps integer not null default 425,
  late_fee_base late_fee_base not null default 'open-amount'::late_fee_base,
  grace_days integer not null default 0,
  pending_life_days integer not null default 7,
  -- 0 = a down payment may not cover what the limit does not
  down_payment_max_share_bps integer not null default 0,
  enforcement_min_overdue_days integer not null default 1,
  settable_limits limit_source[] not null default '{}'::limit_source[],
  limit_ceiling bigint,
  holds_own_limits boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint merchant_pkey primary key (id),
  constraint merchant_code_key unique (code),
  constraint merchant_code_check check (char_length(code) >= 1 and char_length(code) <= 20),
  constraint merchant_name_check check (char_length(name) >= 1 and char_length(name) <= 100),
  constraint merchant_allowed_addresses_check check (cardinality(allowed_addresses) > 0),
  constraint merchant_credit_limit_check check (credit_limit >= 0),
  constraint merchant_late_fee_rate_bps_check check (late_fee_rate_bps >= 0 and late_fee_rate_bps <= 10000),
  constraint merchant_grace_days_check check (grace_days >= 0 and grace_days <= 90),
  constraint merchant_pending_life_days_check check (pending_life_days >= 1 and pending_life_days <= 28),
  constraint merchant_down_payment_max_share_bps_check check (down_payment_max_share_bps >= 0 and down_payment_max_share_bps <= 9999),
  constraint merchant_enforcement_min_overdue_days_check check (enforcement_min_overdue_days >= 1 and enforcement_min_overdue_days <= 3650),
  constraint merchant_limit_ceiling_check check (limit_ceiling >= 0),
  constraint merchant_check check (num_nulls(old_key_sealed, old_salt_sealed, old_key_until) = any (array[0, 3]))
);

-- each Sonra-Signature is good once; forgotten when its time is over
create table used_signature (
  merchant_id integer not null,
  signature bytea not null,
  used_at timestamp with time zone not null default now(),
  constraint used_signature_pkey primary key (merchant_id, signature),
  constraint used_signature_merchant_id_fkey foreign key (merchant_id) references merchant(id)
);
create index used_signature_at on used_signature using btree (used_at);

-- kept only for merchants with a credit limit, so that no other merchant has a row that all its customers share
create table merchant_exposure (
  merchant_id integer not null,
  active_principal bigint not null default 0,
  pending_holds jsonb not null default '{}'::jsonb,
  constraint merchant_exposure_pkey primary key (merchant_id),
  constraint merchant_exposure_merchant_id_fkey foreign key (merchant_id) references merchant(id),
  constraint merchant_exposure_active_principal_check check (active_principal >= 0)
);

create table rate_row (
  merchant_id integer not null,
  dealer_segment text,
  installments integer not null,
  fee_rate_bps integer not null,
  postpone_months integer not null default 1,
  min_amount bigint not null,
  max_amount bigint not null,
  constraint rate_row_merchant_id_fkey foreign key (merchant_id) references merchant(id),
  constraint rate_row_dealer_segment_check check (char_length(dealer_segment) >= 1 and char_length(dealer_segment) <= 10),
  constraint rate_row_installments_check check (installments >= 1 and installments <= 60),
  constraint rate_row_fee_rate_bps_check check (fee_rate_bps >= 0 and fee_rate_bps <= 100000),
  constraint rate_row_postpone_months_check check (postpone_months >= 0 and postpone_months <= 12),
  constraint rate_row_min_amount_check check (min_amount >= 1),
  constraint rate_row_check check (min_amount <= max_amount)
);
create index rate_row_merchant on rate_row using btree (merchant_id);

-- the credit side of a person, and the row that every write locks first
create table customer (
  id bigint not null,
  limit_amount bigint,
  limit_source limit_source,
  limit_expire_date date,
  limit_grade text,
  marked_risky boolean not null default false,
  suspended boolean not null default false,
  -- open principal of active transactions and of those in enforcement, over all merchants
  active_principal bigint not null default 0,
  -- principal held by pending transactions, by the date on which the hold ends: {"2026-11-28": "50000"}
  pending_holds jsonb not null default '{}'::jsonb,
  constraint customer_pkey primary key (id),
  constraint customer_limit_amount_check check (limit_amount >= 0),
  constraint customer_limit_grade_check check (limit_grade = any (array['A'::text, 'B'::text, 'C'::text, 'D'::text])),
  constraint customer_active_principal_check check (active_principal >= 0),
  constraint customer_check check ((limit_amount is null) = (limit_source is null) and (limit_amount is null) = (limit_expire_date is null))
);

-- who the customer is; hashes are keyed and only for looking up, sealed values are AES-256-GCM
create table person (
  customer_id bigint not null,
  name text not null,
  surname text not null,
  birth_date date not null,
  tckn_hash bytea not null,
  tckn_sealed bytea not null,
  mobile_hash bytea not null,
  mobile_sealed bytea not null,
  email_sealed bytea not null,
  -- since then nothing here says who it was: hashes of nothing, sealed nothing, no name
  erased_at timestamp with time zone,
  constraint person_pkey primary key (customer_id),
  constraint person_tckn_hash_key unique (tckn_hash),
  constraint person_mobile_hash_key unique (mobile_hash),
  constraint person_customer_id_fkey foreign key (customer_id) references customer(id)
);

-- a merchant sees a customer only through this row; balance is what the customer paid it ahead of any instalment
create table customer_link (
  customer_id bigint not null,
  merchant_id integer not null,
  dealer_segment text,
  kds_segment text,
  suspended boolean not null default false,
  balance bigint not null default 0,
  constraint customer_link_pkey primary key (customer_id, merchant_id),
  constraint customer_link_customer_id_fkey foreign key (customer_id) references customer(id),
  constraint customer_link_merchant_id_fkey foreign key (merchant_id) references merchant(id),
  constraint customer_link_balance_check check (balance >= 0)
);

create table transaction (
  id bigint not null,
  merchant_id integer not null,
  customer_id bigint not null,
  merchant_oid text not null,
  state transaction_state not null,
  created_date date not null,
  created_at timestamp with time zone not null,
  expire_date date not null,
  order_amount bigint not null,
  down_payment bigint not null,
  financed bigint not null,
  fee bigint not null,
  refunded_amount bigint not null default 0,
  refunded_fee bigint not null default 0,
  installments integer not null,
  late_fee_rate_bps integer not null,
  late_fee_base late_fee_base not null,
  grace_days integer not null,
  not_calculate_fees boolean not null,
  force_risk_free boolean not null,
  postpone_selected boolean not null,
  revised_fee_percent integer not null,
  -- the availableLimit the merchant sent, 0 when it sent none
  own_available_limit bigint not null,
  dealer_segment text,
  activated_on date,
  enforcement_on date,
  -- the earliest overdue date among the open payments of a live transaction
  next_overdue_date date,
  constraint transaction_pkey primary key (id),
  constraint transaction_merchant_id_merchant_oid_key unique (merchant_id, merchant_oid),
  constraint transaction_merchant_oid_check check (char_length(merchant_oid) >= 1 and char_length(merchant_oid) <= 20),
  constraint transaction_order_amount_check check (order_amount > 0),
  constraint transaction_down_payment_check check (down_payment >= 0),
  constraint transaction_financed_check check (financed > 0),
  constraint transaction_fee_check check (fee >= 0),
  constraint transaction_check check (refunded_amount >= 0 and refunded_amount <= order_amount),
  constraint transaction_check1 check (refunded_fee >= 0 and refunded_fee <= fee),
  constraint transaction_installments_check check (installments >= 1),
  constraint transaction_check2 check (order_amount = (down_payment + financed)),
  constraint transaction_check3 check (expire_date > created_date),
  constraint transaction_check4 check ((activated_on is null) = (state = any (array['pending'::transaction_state, 'cancelled'::transaction_state]))),
  constraint transaction_check5 check (state <> 'enforcement'::transaction_state or enforcement_on is not null),
  constraint transaction_check6 check ((next_overdue_date is not null) = (state = any (array['active'::transaction_state, 'enforcement'::transaction_state])))
);
create index transaction_customer on transaction using btree (customer_id, merchant_id, id);
create index transaction_overdue on transaction using btree (customer_id, next_overdue_date) where (next_overdue_date is not null);
create index transaction_enforcement on transaction using btree (customer_id) where (state = 'enforcement'::transaction_state);

-- the basketList of the sale, kept as it came; json and not jsonb, which refuses some texts that are valid JSON
create table transaction_basket (
  transaction_id bigint not null,
  rows json not null,
  constraint transaction_basket_pkey primary key (transaction_id),
  constraint transaction_basket_transaction_id_fkey foreign key (transaction_id) references transaction(id)
);

-- one instalment of a transaction, number 0 being the down payment
create table payment (
  transaction_id bigint not null,
  installment_no integer not null,
  state payment_state not null,
  due_date date not null,
  up_front boolean not null,
  -- as sold, less what refunds took off, which is in refunded
  amount bigint not null,
  refunded bigint not null default 0,
  -- the part of the amount as sold that uses the limit; the rest is fee
  principal bigint not null,
  amount_paid bigint not null default 0,
  late_fee_paid bigint not null default 0,
  -- days on which another amount was open than today: [{"until": "2027-03-01", "base": "33334"}]
  stretches json,
  expense bigint not null default 0,
  expense_paid bigint not null default 0,
  paid_date date,
  paid_by paid_by,
  payment_reference text,
  constraint payment_pkey primary key (transaction_id, installment_no),
  constraint payment_transaction_id_fkey foreign key (transaction_id) references transaction(id),
  constraint payment_installment_no_check check (installment_no >= 0),
  constraint payment_amount_check check (amount >= 0),
  constraint payment_refunded_check check (refunded >= 0),
  constraint payment_principal_check check (principal >= 0),
  constraint payment_amount_paid_check check (amount_paid >= 0),
  constraint payment_late_fee_paid_check check (late_fee_paid >= 0),
  constraint payment_expense_check check (expense >= 0),
  constraint payment_expense_paid_check check (expense_paid >= 0),
  constraint payment_check check (amount_paid <= amount and principal <= (amount + refunded) and expense_paid <= expense),
  constraint payment_check1 check ((state = 'paid'::payment_state) = (paid_date is not null) and (state = 'paid'::payment_state) = (paid_by is not null)),
  constraint payment_check2 check (state <> 'paid'::payment_state or amount_paid = amount and expense_paid = expense)
);

-- what reconciliation counts: a past day has all of its rows
create table movement (
  id bigint not null,
  type movement_type not null,
  merchant_id integer not null,
  customer_id bigint not null,
  transaction_id bigint,
  installment_no integer,
  amount bigint not null,
  refund_id text,
  payment_reference text,
  -- the day it was recorded, which is the day reconciliation counts it
  business_date date not null,
  recorded_at timestamp with time zone not null,
  stream integer,
  -- in its stream, which events share: 1, 2, 3 …
  place bigint,
  -- keyed hash over the movement, its entries and the record before it in the stream
  mac bytea,
  constraint movement_pkey primary key (id),
  constraint movement_check check (amount > 0 or type = 'expense'::movement_type),
  constraint movement_chained check (stream is not null and place is not null and mac is not null) not valid
);
create index movement_day on movement using btree (merchant_id, business_date, id);
create trigger movement_insert_only before delete or update or truncate on movement for each statement execute function refuse_change();

create table entry (
  movement_id bigint not null,
  account account not null,
  -- a debit is positive, a credit negative; the entries of a movement add up to zero
  amount bigint not null,
  constraint entry_pkey primary key (movement_id, account),
  constraint entry_movement_id_fkey foreign key (movement_id) references movement(id),
  constraint entry_amount_check check (amount <> 0)
);
create trigger entry_insert_only before delete or update or truncate on entry for each statement execute function refuse_change();

create table refund (
  merchant_id integer not null,
  refund_id text not null,
  transaction_id bigint not null,
  amount bigint not null,
  fee bigint not null,
  -- what the open instalments could not take: paid out by the merchant
  to_customer bigint not null,
  refunded_on date not null,
  constraint refund_pkey primary key (merchant_id, refund_id),
  constraint refund_transaction_id_fkey foreign key (transaction_id) references transaction(id),
  constraint refund_refund_id_check check (char_length(refund_id) >= 1 and char_length(refund_id) <= 50),
  constraint refund_amount_check check (amount > 0),
  constraint refund_fee_check check (fee >= 0),
  constraint refund_to_customer_check check (to_customer >= 0)
);

-- who did what, one row for every accepted write, and a count of the calls that were not let in
create table event (
  id bigint not null generated always as identity,
  kind text not null,
  merchant_id integer,
  customer_id bigint,
  transaction_id bigint,
  -- the shopper's, as the merchant sent it: trusted for nothing, and the only column that can be emptied later
  ip_address text,
  detail json,
  business_date date not null,
  recorded_at timestamp with time zone not null,
  actor actor not null default 'merchant'::actor,
  -- the user name on the operator's machine
  operator text,
  -- where the call came from; null for what the server or the operator did
  address text,
  -- the call, the job or the words of the command line; null before this was kept
  command text,
  -- done, or the code of the refusal
  outcome text not null default 'done'::text,
  stream integer,
  place bigint,
  -- keyed hash over the event, but for ip_address, and the record before it in the stream
  mac bytea,
  constraint event_pkey primary key (id),
  constraint event_check check ((operator is not null) = (actor = 'operator'::actor)),
  constraint event_check1 check (merchant_id is not null or actor = 'operator'::actor or kind = 'calls-refused'::text),
  constraint event_chained check (stream is not null and place is not null and mac is not null) not valid
);
create index event_customer on event using btree (customer_id);
create trigger event_insert_only before delete or truncate on event for each statement execute function refuse_change();
create trigger event_erasable before update on event for each row execute function refuse_all_but_erasure();

-- a key a merchant has used up, the content it was used with and the answer to replay
create table claim (
  merchant_id integer not null,
  scope text not null,
  key text not null,
  content bytea not null,
  answer text not null,
  recorded_at timestamp with time zone not null,
  constraint claim_pkey primary key (merchant_id, scope, key)
);

create table sandbox_clock (
  only_row boolean not null default true,
  offset_days integer not null default 0,
  constraint sandbox_clock_pkey primary key (only_row),
  constraint sandbox_clock_only_row_check check (only_row),
  constraint sandbox_clock_offset_days_check check (offset_days >= 0)
);

-- what keys and personal data are sealed under, itself sealed under the master key
create table data_key (
  only_row boolean not null default true,
  sealed bytea not null,
  constraint data_key_pkey primary key (only_row),
  constraint data_key_only_row_check check (only_row)
);

-- a merchant asked for a limit; kkbRefNo K100001 is its id. Who asks is kept only until it is a customer, the number only until the pin was right
create table limit_request (
  id bigint not null,
  merchant_id integer not null,
  customer_id bigint,
  state limit_request_state not null,
  tckn_hash bytea not null,
  -- keyed hash of what the merchant sent: the same again is the same request
  content_hash bytea not null,
  test_on boolean not null,
  -- what a right pin grants at once; null = the bureau decides
  predefined_limit bigint,
  started_at timestamp with time zone not null,
  dealer_segment text,
  name text,
  surname text,
  birth_date date,
  tckn_sealed bytea,
  mobile_hash bytea,
  email_sealed bytea,
  -- where pins go: fixed when the request started, so that no later change of a number redirects one
  mobile_sealed bytea,
  -- keyed hash of the pin; the pin itself is nowhere
  pin_hash bytea,
  pin_made_at timestamp with time zone,
  pin_wrong_tries integer,
  pin_text pin_text,
  resends integer,
  confirmed_at timestamp with time zone,
  refusal text,
  constraint limit_request_pkey primary key (id),
  constraint limit_request_customer_id_fkey foreign key (customer_id) references customer(id),
  constraint limit_request_predefined_limit_check check (predefined_limit > 0),
  constraint limit_request_pin_wrong_tries_check check (pin_wrong_tries >= 0 and pin_wrong_tries <= 5),
  constraint limit_request_resends_check check (resends >= 0 and resends <= 3),
  constraint limit_request_check check ((state = 'started'::limit_request_state) = (tckn_sealed is not null)),
  constraint limit_request_check2 check ((mobile_sealed is not null) = (state = any (array['started'::limit_request_state, 'verified'::limit_request_state, 'awaiting-pin'::limit_request_state]))),
  constraint limit_request_check3 check ((state = 'awaiting-pin'::limit_request_state) = (pin_hash is not null)),
  constraint limit_request_check4 check ((state = 'confirmed'::limit_request_state) = (confirmed_at is not null)),
  constraint limit_request_check5 check ((state = 'refused'::limit_request_state) = (refusal is not null)),
  constraint limit_request_check6 check (num_nulls(name, surname, birth_date, tckn_sealed, mobile_hash, email_sealed) = any (array[0, 6])),
  constraint limit_request_check7 check (num_nulls(pin_hash, pin_made_at, pin_wrong_tries, pin_text, resends) = any (array[0, 5])),
  constraint limit_request_check1 check (customer_id is not null or (state <> all (array['verified'::limit_request_state, 'awaiting-pin'::limit_request_state, 'confirmed'::limit_request_state, 'granted'::limit_request_state, 'rejected'::limit_request_state])))
);
create unique index limit_request_undecided on limit_request using btree (merchant_id, tckn_hash) where (state = any (array['started'::limit_request_state, 'verified'::limit_request_state, 'awaiting-pin'::limit_request_state, 'confirmed'::limit_request_state]));
create index limit_request_customer on limit_request using btree (customer_id);

-- every attempt to reach the bureau, the identity service or the SMS service: never whom it was about
create table gateway_call (
  id bigint not null generated always as identity,
  neighbour text not null,
  operation text not null,
  limit_request_id bigint,
  -- 1 is the first; 0 = not tried, the circuit was open
  attempt integer not null,
  outcome text not null,
  ms integer not null,
  at timestamp with time zone not null default now(),
  constraint gateway_call_pkey primary key (id)
);
create index gateway_call_limit_request on gateway_call using btree (limit_request_id);
create index gateway_call_at on gateway_call using btree (at);

-- the last group that a connection committed, written in the commit of the group: whoever lost the answer to a commit looks here
create table write_lane (
  id uuid not null,
  last_group integer not null,
  -- set by whoever looked: no later group of this lane can be committed any more
  no_later_than integer,
  at timestamp with time zone not null default now(),
  constraint write_lane_pkey primary key (id),
  constraint write_lane_check check (last_group <= no_later_than)
) with (fillfactor=50);

-- which rights a role was given, as a digest; see src/store/privileges.ts
create table server_role (
  name text not null,
  given text not null,
  constraint server_role_pkey primary key (name)
);

-- a chain of records by one writer, one after the other: no two write to the same; 0 = what was there before there were chains
create table stream (
  id integer not null,
  -- how many records it has, written in the commit of the last
  records bigint not null,
  -- keyed hash over the number of records and the last of them
  seal bytea not null,
  opened_at timestamp with time zone not null default now(),
  constraint stream_pkey primary key (id)
) with (fillfactor=50);

-- how many streams were opened, sealed: none can be taken away whole
create table stream_roll (
  only_row boolean not null default true,
  opened integer not null,
  seal bytea not null,
  constraint stream_roll_pkey primary key (only_row),
  constraint stream_roll_only_row_check check (only_row)
);

-- how a payment of an activated transaction shows on a day; the same rule as in src/domain/statement.ts
create or replace function shown_status(state payment_state, due_date date, grace_days integer, amount_paid bigint, today date)
 returns text
 language sql
 immutable
as $function$
  select case
    when state <> 'open' then state::text
    when today >= due_date + 1 + grace_days then 'overdue'
    when amount_paid > 0 then 'part-paid'
    else 'unpaid'
  end
$function$;

-- the MovementType of reconciliation; none for money that was counted when it was loaded, and for expenses
create or replace function reconciled_as(type movement_type)
 returns text
 language sql
 immutable
as $function$
  select case type
    when 'sale' then 'TRANSACTION'
    when 'refund' then 'REFUND'
    when 'up-front-payment' then 'PAYMENT'
    when 'reported-payment' then 'PAYMENT'
    when 'balance-load' then 'BALANCE'
    when 'enforcement-payment' then 'EXECUTION_PAYMENT'
  end
$function$;

create or replace function refuse_change()
 returns trigger
 language plpgsql
as $function$
begin
  raise exception '% is insert-only', tg_table_name;
end $function$;

create or replace function group_customers(customers bigint[], transactions bigint[], tckn_hashes bytea[], mobile_hashes bytea[])
 returns setof bigint
 language sql
 stable
as $function$
  select unnest(customers)
  union select t.customer_id from transaction t where t.id = any (transactions)
  union select p.customer_id from person p where p.tckn_hash = any (tckn_hashes)
  union select p.customer_id from person p where p.mobile_hash = any (mobile_hashes)
$function$;

-- those named, those with the orders' merchantOids, and the active ones that a balance might pay
create or replace function group_transactions(ids bigint[], order_merchants integer[], order_oids text[], load_merchants integer[], load_customers bigint[])
 returns setof bigint
 language sql
 stable
as $function$
  select unnest(ids)
  union
  select t.id
  from unnest(order_merchants, order_oids) as o (merchant_id, merchant_oid)
  join transaction t on t.merchant_id = o.merchant_id and t.merchant_oid = o.merchant_oid
  union
  select t.id
  from (
    select l.merchant_id, l.customer_id from unnest(load_merchants, load_customers) as l (merchant_id, customer_id)
    union
    select l.merchant_id, l.customer_id
    from transaction named
    join customer_link l on l.customer_id = named.customer_id and l.merchant_id = named.merchant_id and l.balance > 0
    where named.id = any (ids)
  ) payer
  join transaction t on t.customer_id = payer.customer_id and t.merchant_id = payer.merchant_id
    and t.state = 'active' and t.next_overdue_date is not null
$function$;

create or replace function refuse_all_but_erasure()
 returns trigger
 language plpgsql
as $function$
declare
  erased event := old;
begin
  erased.ip_address := null;
  if new *<> erased then -- byte by byte: json has no other comparison
    raise exception '% is insert-only', tg_table_name;
  end if;
  return new;
end $function$;
