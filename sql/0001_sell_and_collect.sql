-- Selling on instalments and taking the money: merchants, customers and their limits, transactions with
-- their payments, balances, the double-entry ledger, events and the keys that make a repeat safe.
--
-- Money is bigint kuruş, rates are integer basis points, dates are business dates in Europe/Istanbul.
-- Overdue, expired and part-paid are not stored: they follow from the business date (protocol 2.2).

create type limit_source as enum ('KKB', 'PREDEFINED', 'KDS', 'MANUAL');
create type transaction_state as enum ('pending', 'active', 'completed', 'cancelled', 'refunded', 'enforcement');
create type payment_state as enum ('open', 'paid', 'cancelled');
create type paid_by as enum ('report', 'up-front', 'balance', 'enforcement', 'refund');
create type late_fee_base as enum ('open-amount', 'open-principal');
create type movement_type as enum (
  'sale', 'up-front-payment', 'reported-payment', 'balance-load', 'balance-payment', 'refund', 'enforcement-payment', 'expense'
);
create type account as enum (
  'customer-receivable', 'fee-income', 'late-fee-income', 'merchant-payable',
  'merchant-collections', 'customer-balance', 'refunds-payable', 'enforcement-expenses'
);

-- merchants ---------------------------------------------------------------------------------------

create sequence merchant_id as integer start with 1001;

create table merchant (
  id                           integer primary key,
  code                         text not null unique check (char_length(code) between 1 and 20),
  name                         text not null check (char_length(name) between 1 and 100),
  active                       boolean not null default true,
  key_sealed                   bytea not null,
  salt_sealed                  bytea not null,
  old_key_sealed               bytea,
  old_salt_sealed              bytea,
  old_key_until                timestamptz,
  signature_needed             boolean not null default false,
  allowed_addresses            text[] check (cardinality(allowed_addresses) > 0),
  credit_limit                 bigint check (credit_limit >= 0),
  late_fee_rate_bps            integer not null default 425 check (late_fee_rate_bps between 0 and 10000),
  late_fee_base                late_fee_base not null default 'open-amount',
  grace_days                   integer not null default 0 check (grace_days between 0 and 90),
  pending_life_days            integer not null default 7 check (pending_life_days between 1 and 28),
  down_payment_max_share_bps   integer not null default 0 check (down_payment_max_share_bps between 0 and 9999),
  enforcement_min_overdue_days integer not null default 1 check (enforcement_min_overdue_days between 1 and 3650),
  settable_limits              limit_source[] not null default '{}',
  limit_ceiling                bigint check (limit_ceiling >= 0),
  holds_own_limits             boolean not null default false,
  created_at                   timestamptz not null default now(),
  check (num_nulls(old_key_sealed, old_salt_sealed, old_key_until) in (0, 3))
);
comment on column merchant.old_key_until is 'until then the key before the last rotation works too';
comment on column merchant.signature_needed is 'calls without the header Sonra-Signature are refused';
comment on column merchant.code is 'the merchantId of the wire';
comment on column merchant.credit_limit is 'how much open principal the merchant may have out; null = unlimited';
comment on column merchant.down_payment_max_share_bps is '0 = a down payment may not cover what the limit does not';

create table used_signature (
  merchant_id integer not null references merchant,
  signature   bytea not null,
  used_at     timestamptz not null default now(),
  primary key (merchant_id, signature)
);
create index used_signature_at on used_signature (used_at);
comment on table used_signature is 'each Sonra-Signature is good once; forgotten when its time is over';

create table merchant_exposure (
  merchant_id      integer primary key references merchant,
  active_principal bigint not null default 0 check (active_principal >= 0),
  pending_holds    jsonb not null default '{}'
);
comment on table merchant_exposure is 'kept only for merchants with a credit limit, so that no other merchant has a row that all its customers share';

create table rate_row (
  merchant_id     integer not null references merchant,
  dealer_segment  text check (char_length(dealer_segment) between 1 and 10),
  installments    integer not null check (installments between 1 and 60),
  fee_rate_bps    integer not null check (fee_rate_bps between 0 and 100000),
  postpone_months integer not null default 1 check (postpone_months between 0 and 12),
  min_amount      bigint not null check (min_amount >= 1),
  max_amount      bigint not null,
  check (min_amount <= max_amount)
);
create index rate_row_merchant on rate_row (merchant_id);

-- customers ---------------------------------------------------------------------------------------

create sequence customer_id as bigint start with 1000000001 maxvalue 9999999999;

create table customer (
  id                bigint primary key,
  limit_amount      bigint check (limit_amount >= 0),
  limit_source      limit_source,
  limit_expire_date date,
  limit_grade       text check (limit_grade in ('A', 'B', 'C', 'D')),
  marked_risky      boolean not null default false,
  suspended         boolean not null default false,
  active_principal  bigint not null default 0 check (active_principal >= 0),
  pending_holds     jsonb not null default '{}',
  check ((limit_amount is null) = (limit_source is null) and (limit_amount is null) = (limit_expire_date is null))
);
comment on table customer is 'the credit side of a person, and the row that every write locks first';
comment on column customer.active_principal is 'open principal of active transactions and of those in enforcement, over all merchants';
comment on column customer.pending_holds is 'principal held by pending transactions, by the date on which the hold ends: {"2026-11-28": "50000"}';

create table person (
  customer_id   bigint primary key references customer,
  name          text not null,
  surname       text not null,
  birth_date    date not null,
  tckn_hash     bytea not null unique,
  tckn_sealed   bytea not null,
  mobile_hash   bytea not null unique,
  mobile_sealed bytea not null,
  email_sealed  bytea not null
);
comment on table person is 'who the customer is; hashes are keyed and only for looking up, sealed values are AES-256-GCM';

create table customer_link (
  customer_id    bigint not null references customer,
  merchant_id    integer not null references merchant,
  dealer_segment text,
  kds_segment    text,
  suspended      boolean not null default false,
  balance        bigint not null default 0 check (balance >= 0),
  primary key (customer_id, merchant_id)
);
comment on table customer_link is 'a merchant sees a customer only through this row; balance is what the customer paid it ahead of any instalment';

-- transactions ------------------------------------------------------------------------------------

create sequence transaction_id as bigint start with 100001;

create table transaction (
  id                  bigint primary key,
  merchant_id         integer not null,
  customer_id         bigint not null,
  merchant_oid        text not null check (char_length(merchant_oid) between 1 and 20),
  state               transaction_state not null,
  created_date        date not null,
  created_at          timestamptz not null,
  expire_date         date not null,
  order_amount        bigint not null check (order_amount > 0),
  down_payment        bigint not null check (down_payment >= 0),
  financed            bigint not null check (financed > 0),
  fee                 bigint not null check (fee >= 0),
  refunded_amount     bigint not null default 0 check (refunded_amount between 0 and order_amount),
  refunded_fee        bigint not null default 0 check (refunded_fee between 0 and fee),
  installments        integer not null check (installments >= 1),
  late_fee_rate_bps   integer not null,
  late_fee_base       late_fee_base not null,
  grace_days          integer not null,
  not_calculate_fees  boolean not null,
  force_risk_free     boolean not null,
  postpone_selected   boolean not null,
  revised_fee_percent integer not null,
  own_available_limit bigint not null,
  dealer_segment      text,
  activated_on        date,
  enforcement_on      date,
  next_overdue_date   date,
  unique (merchant_id, merchant_oid),
  check (order_amount = down_payment + financed),
  check (expire_date > created_date),
  check ((activated_on is null) = (state in ('pending', 'cancelled'))),
  check (state <> 'enforcement' or enforcement_on is not null),
  check ((next_overdue_date is not null) = (state in ('active', 'enforcement')))
);
create index transaction_customer on transaction (customer_id, merchant_id, id);
create index transaction_overdue on transaction (customer_id, next_overdue_date) where next_overdue_date is not null;
create index transaction_enforcement on transaction (customer_id) where state = 'enforcement';
comment on column transaction.next_overdue_date is 'the earliest overdue date among the open payments of a live transaction';
comment on column transaction.own_available_limit is 'the availableLimit the merchant sent, 0 when it sent none';

create table transaction_basket (
  transaction_id bigint primary key references transaction,
  rows           json not null
);
comment on table transaction_basket is 'the basketList of the sale, kept as it came; json and not jsonb, which refuses some texts that are valid JSON';

create table payment (
  transaction_id    bigint not null references transaction,
  installment_no    integer not null check (installment_no >= 0),
  state             payment_state not null,
  due_date          date not null,
  up_front          boolean not null,
  amount            bigint not null check (amount >= 0),
  refunded          bigint not null default 0 check (refunded >= 0),
  principal         bigint not null check (principal >= 0),
  amount_paid       bigint not null default 0 check (amount_paid >= 0),
  late_fee_paid     bigint not null default 0 check (late_fee_paid >= 0),
  stretches         json,
  expense           bigint not null default 0 check (expense >= 0),
  expense_paid      bigint not null default 0 check (expense_paid >= 0),
  paid_date         date,
  paid_by           paid_by,
  payment_reference text,
  primary key (transaction_id, installment_no),
  check (amount_paid <= amount and principal <= amount + refunded and expense_paid <= expense),
  check ((state = 'paid') = (paid_date is not null) and (state = 'paid') = (paid_by is not null)),
  check (state <> 'paid' or (amount_paid = amount and expense_paid = expense))
);
comment on table payment is 'one instalment of a transaction, number 0 being the down payment';
comment on column payment.amount is 'as sold, less what refunds took off, which is in refunded';
comment on column payment.principal is 'the part of the amount as sold that uses the limit; the rest is fee';
comment on column payment.stretches is 'days on which another amount was open than today: [{"until": "2027-03-01", "base": "33334"}]';

create function shown_status(state payment_state, due_date date, grace_days integer, amount_paid bigint, today date)
returns text language sql immutable as $$
  select case
    when state <> 'open' then state::text
    when today >= due_date + 1 + grace_days then 'overdue'
    when amount_paid > 0 then 'part-paid'
    else 'unpaid'
  end
$$;
comment on function shown_status is 'how a payment of an activated transaction shows on a day; the same rule as in src/domain/statement.ts';

-- ledger ------------------------------------------------------------------------------------------

create sequence movement_id as bigint;

create table movement (
  id                bigint primary key,
  type              movement_type not null,
  merchant_id       integer not null,
  customer_id       bigint not null,
  transaction_id    bigint,
  installment_no    integer,
  amount            bigint not null check (amount > 0 or type = 'expense'),
  refund_id         text,
  payment_reference text,
  business_date     date not null,
  recorded_at       timestamptz not null
);
create table entry (
  movement_id bigint not null references movement,
  account     account not null,
  amount      bigint not null check (amount <> 0),
  primary key (movement_id, account)
);
comment on column movement.business_date is 'the day it was recorded, which is the day reconciliation counts it';
comment on column entry.amount is 'a debit is positive, a credit negative; the entries of a movement add up to zero';

create index movement_day on movement (merchant_id, business_date, id);
comment on table movement is 'what reconciliation counts: a past day has all of its rows';

create function reconciled_as(type movement_type) returns text language sql immutable as $$
  select case type
    when 'sale' then 'TRANSACTION'
    when 'refund' then 'REFUND'
    when 'up-front-payment' then 'PAYMENT'
    when 'reported-payment' then 'PAYMENT'
    when 'balance-load' then 'BALANCE'
    when 'enforcement-payment' then 'EXECUTION_PAYMENT'
  end
$$;
comment on function reconciled_as is 'the MovementType of reconciliation; none for money that was counted when it was loaded, and for expenses';

create table refund (
  merchant_id    integer not null,
  refund_id      text not null check (char_length(refund_id) between 1 and 50),
  transaction_id bigint not null references transaction,
  amount         bigint not null check (amount > 0),
  fee            bigint not null check (fee >= 0),
  to_customer    bigint not null check (to_customer >= 0),
  refunded_on    date not null,
  primary key (merchant_id, refund_id)
);
comment on column refund.to_customer is 'what the open instalments could not take: paid out by the merchant';

create table event (
  id             bigint generated always as identity primary key,
  kind           text not null,
  merchant_id    integer not null,
  customer_id    bigint,
  transaction_id bigint,
  ip_address     text,
  detail         json,
  business_date  date not null,
  recorded_at    timestamptz not null
);
comment on table event is 'what happened, one row for every accepted write; ip_address is what the merchant sent, trusted for nothing';

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is insert-only', tg_table_name;
end $$;
create trigger movement_insert_only before update or delete or truncate on movement for each statement execute function refuse_change();
create trigger entry_insert_only before update or delete or truncate on entry for each statement execute function refuse_change();
create trigger event_insert_only before update or delete or truncate on event for each statement execute function refuse_change();

-- repeats and the sandbox clock -------------------------------------------------------------------

create table claim (
  merchant_id integer not null,
  scope       text not null,
  key         text not null,
  content     bytea not null,
  answer      text not null,
  recorded_at timestamptz not null,
  primary key (merchant_id, scope, key)
);
comment on table claim is 'a key a merchant has used up, the content it was used with and the answer to replay';

create table sandbox_clock (
  only_row    boolean primary key default true check (only_row),
  offset_days integer not null default 0 check (offset_days >= 0)
);
insert into sandbox_clock default values;

-- what a group of commands concerns: the same sets are asked for by several statements of one load ----

create function group_customers(customers bigint[], transactions bigint[], tckn_hashes bytea[], mobile_hashes bytea[])
returns setof bigint language sql stable as $$
  select unnest(customers)
  union select t.customer_id from transaction t where t.id = any (transactions)
  union select p.customer_id from person p where p.tckn_hash = any (tckn_hashes)
  union select p.customer_id from person p where p.mobile_hash = any (mobile_hashes)
$$;

create function group_transactions(ids bigint[], order_merchants integer[], order_oids text[], load_merchants integer[], load_customers bigint[])
returns setof bigint language sql stable as $$
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
$$;
comment on function group_transactions is 'those named, those with the orders'' merchantOids, and the active ones that a balance might pay';

-- a value sealed with the master key, by which a start with another key is noticed ---------------

create table data_key (
  only_row boolean primary key default true check (only_row),
  sealed   bytea not null
);
comment on table data_key is 'what keys and personal data are sealed under, itself sealed under the master key';
