-- Yardstick A: the rows of one activated sale of six instalments, written by one function call and one commit, into the same
-- tables under the same keys and constraints as the server's own.

create or replace function bench.sell(buyer bigint, merchant integer) returns bigint language plpgsql as $$
declare
  sale bigint;
  sold_on date := current_date;
  due date;
  booked bigint;
begin
  perform from customer where id = buyer and limit_amount - active_principal >= 60000 for no key update;
  if not found then raise exception 'the limit of % is too small', buyer; end if;
  perform from customer_link where customer_id = buyer and merchant_id = merchant;
  if not found then raise exception 'no customer %', buyer; end if;

  sale := nextval('transaction_id');
  insert into transaction (
    id, merchant_id, customer_id, merchant_oid, state, created_date, created_at, expire_date, order_amount, down_payment, financed,
    fee, installments, late_fee_rate_bps, late_fee_base, grace_days, not_calculate_fees, force_risk_free, postpone_selected,
    revised_fee_percent, own_available_limit, activated_on, next_overdue_date
  ) values (
    sale, merchant, buyer, 'A' || sale, 'active', sold_on, now(), sold_on + 7, 60000, 0, 60000,
    2700, 6, 425, 'open-amount', 0, false, false, false,
    0, 0, sold_on, (sold_on + interval '1 month')::date + 1
  );
  for nr in 1 .. 6 loop
    due := sold_on + make_interval(months => nr);
    insert into payment (transaction_id, installment_no, state, due_date, up_front, amount, principal)
    values (sale, nr, 'open', due, false, 10450, 10000);
  end loop;

  booked := nextval('movement_id');
  insert into movement (id, type, merchant_id, customer_id, transaction_id, amount, business_date, recorded_at)
  values (booked, 'sale', merchant, buyer, sale, 60000, sold_on, now());
  insert into entry (movement_id, account, amount)
  values (booked, 'customer-receivable', 62700), (booked, 'merchant-payable', -60000), (booked, 'fee-income', -2700);
  insert into event (kind, merchant_id, customer_id, transaction_id, business_date, recorded_at)
  values ('transaction-created', merchant, buyer, sale, sold_on, now());
  update customer set active_principal = active_principal + 60000 where id = buyer;
  return sale;
end $$;
