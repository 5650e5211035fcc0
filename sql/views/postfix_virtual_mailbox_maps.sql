-- is there a mailbox at this address?
-- needs: mail_user_states
--
-- query = SELECT mailbox FROM unified.postfix_virtual_mailbox_maps WHERE address = '%s'

create view unified.postfix_virtual_mailbox_maps as
select
  email as address,
  unified.mailbox_path(email) as mailbox
from unified.users
where unified.may_use_mail(id);

comment on view unified.postfix_virtual_mailbox_maps is
  'Postfix virtual_mailbox_maps: the path below virtual_mailbox_base.';

select unified.grant_select('postfix_virtual_mailbox_maps', 'dovetail_lookup');
