-- A key that was rotated may go on working for a while, and calls may carry a signature that is good once.

alter table merchant
  add column old_key_sealed   bytea,
  add column old_salt_sealed  bytea,
  add column old_key_until    timestamptz,
  add column signature_needed boolean not null default false,
  add check (num_nulls(old_key_sealed, old_salt_sealed, old_key_until) in (0, 3));
comment on column merchant.old_key_until is 'until then the key before the last rotation works too';
comment on column merchant.signature_needed is 'calls without the header Sonra-Signature are refused';

create table used_signature (
  merchant_id integer not null references merchant,
  signature   bytea not null,
  used_at     timestamptz not null default now(),
  primary key (merchant_id, signature)
);
create index used_signature_at on used_signature (used_at);
comment on table used_signature is 'each Sonra-Signature is good once; forgotten when its time is over';
