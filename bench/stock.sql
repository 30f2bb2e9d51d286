-- Sales as a server would have left them, made by sets: the same tables, rows and books, so that verify is clean over them.
-- They live in the schema bench of the measured database.

-- These movements are made by no server, and so stand in no chain: `cover` takes them for what was there before the chains.
alter table movement drop constraint if exists movement_chained;

create schema if not exists bench;

-- Customers first .. first + many - 1, with their person and their link to each of the merchants. People come as JSON, because
-- only the server's keys can seal them.
create or replace function bench.add_people(people json, merchants integer[]) returns void language sql as $$
  insert into customer (id, limit_amount, limit_source, limit_expire_date)
  select customer_id, 100000000000000, 'MANUAL', '2999-01-01'
  from json_populate_recordset(null::person, people);

  insert into person (
    customer_id, name, surname, birth_date, tckn_hash, tckn_sealed, mobile_hash, mobile_sealed, email_sealed
  )
  select customer_id, name, surname, birth_date, tckn_hash, tckn_sealed, mobile_hash, mobile_sealed, email_sealed
  from json_populate_recordset(null::person, people);

  insert into customer_link (customer_id, merchant_id)
  select customer_id, m
  from json_populate_recordset(null::person, people), unnest(merchants) m;
$$;

-- Sales of five instalments, numbered in the order in which they are made; sale i is of customer customers[i mod cardinality].
-- It was made `age` months ago and the instalments that have come due since then are paid: none, all, or some of them. An
-- instalment has 100 + i mod 900 lira of principal and 5 lira of fee.
create or replace function bench.add_sales(
  merchant integer, customers bigint[], many integer, oldest_months integer, today date
) returns void language plpgsql as $$
begin
  create temporary table made on commit drop as
  select
    nextval('transaction_id') as id,
    customers[i % cardinality(customers) + 1] as customer_id,
    'S' || currval('transaction_id') as merchant_oid,
    (today - make_interval(months => age))::date as sold_on,
    10000 + (i % 900) * 100::bigint as principal,
    500::bigint as fee,
    least(age, 5) as paid
  from (select i, i % (oldest_months + 1) as age from generate_series(0, many - 1) i) sale;

  create temporary table made_payment on commit drop as
  select made.*, no, (sold_on + make_interval(months => no))::date as due_date, no <= paid as is_paid
  from made, generate_series(1, 5) no;

  insert into transaction (
    id, merchant_id, customer_id, merchant_oid, state, created_date, created_at, expire_date, order_amount, down_payment, financed,
    fee, installments, late_fee_rate_bps, late_fee_base, grace_days, not_calculate_fees, force_risk_free, postpone_selected,
    revised_fee_percent, own_available_limit, activated_on, next_overdue_date
  )
  select
    id, merchant, customer_id, merchant_oid, case when paid = 5 then 'completed' else 'active' end::transaction_state,
    sold_on, sold_on, sold_on + 7, principal * 5, 0, principal * 5,
    fee * 5, 5, 425, 'open-amount', 0, false, false, false,
    0, 0, sold_on, case when paid < 5 then (sold_on + make_interval(months => paid + 1))::date + 1 end
  from made;

  insert into payment (
    transaction_id, installment_no, state, due_date, up_front, amount, principal, amount_paid, paid_date, paid_by
  )
  select
    id, no, case when is_paid then 'paid' else 'open' end::payment_state, due_date, false, principal + fee, principal,
    case when is_paid then principal + fee else 0 end, case when is_paid then due_date end,
    case when is_paid then 'report' end::paid_by
  from made_payment;

  with moved as materialized (
    select nextval('movement_id') as movement_id, id, customer_id, no, sold_on, due_date, principal, fee
    from (
      select id, customer_id, null as no, sold_on, sold_on as due_date, principal * 5 as principal, fee * 5 as fee from made
      union all
      select id, customer_id, no, sold_on, due_date, principal, fee from made_payment where is_paid
    ) movement
  ), kept as (
    insert into movement (
      id, type, merchant_id, customer_id, transaction_id, installment_no, amount, business_date, recorded_at
    )
    select
      movement_id, case when no is null then 'sale' else 'reported-payment' end::movement_type, merchant, customer_id, id, no,
      case when no is null then principal else principal + fee end, due_date, due_date
    from moved
  )
  insert into entry (movement_id, account, amount)
  select movement_id, account::account, amount
  from moved, lateral (
    values
      ('customer-receivable', principal + fee), ('merchant-payable', -principal), ('fee-income', -fee)
  ) as sale (account, amount)
  where no is null
  union all
  select movement_id, account::account, amount
  from moved, lateral (
    values ('merchant-collections', principal + fee), ('customer-receivable', -principal - fee)
  ) as payment (account, amount)
  where no is not null;

  with open as (
    select customer_id, sum(principal) as principal from made_payment where not is_paid group by customer_id
  )
  update customer c
  set active_principal = c.active_principal + open.principal
  from open
  where c.id = open.customer_id;

  update merchant_exposure e
  set active_principal = e.active_principal + (select coalesce(sum(principal), 0) from made_payment where not is_paid)
  where e.merchant_id = merchant;
end $$;
