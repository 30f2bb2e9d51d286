-- The server's own role, who did what from where, and the chains that tell when somebody altered it.

create table server_role (
  name  text primary key,
  given text not null
);
comment on table server_role is 'which rights a role was given, as a digest; see src/store/privileges.ts';
