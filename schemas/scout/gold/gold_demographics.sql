/*---
description: Who buys what, per week.
grain: [week, region, category, gender, age_bracket, customer_type, economic_class]
columns:
  week: {type: date, description: The Monday of the business date's week.}
  region: {type: text, nullable: true, description: Region of the transaction.}
  category: {type: text, description: Category of the line items.}
  gender: {type: text, nullable: true, description: "female, male or unknown."}
  age_bracket: {type: text, nullable: true, description: Age bracket.}
  customer_type: {type: text, nullable: true, description: Such as regular or new.}
  economic_class: {type: text, nullable: true, description: "A to E."}
  transactions: {type: bigint, description: Distinct transactions with the category.}
  stores: {type: bigint, description: Distinct stores.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts within the category.}
  avg_transaction_value: {type: numeric, description: net_amount per transaction.}
  campaign_influence_rate: {type: numeric, description: Influenced among the transactions of which it is known; null when there is none.}
  campaign_known: {type: bigint, description: Transactions of which it is known whether a campaign influenced them.}
  campaign_influenced: {type: bigint, description: Transactions that a campaign influenced.}
---*/
with purchases as (
  select transaction_id, category, sum(net_amount)::numeric(12,2) as net_amount
  from scout.silver_line_items
  group by transaction_id, category
)
select
  date_trunc('week', t.business_date::timestamp)::date as week,
  t.region,
  p.category,
  t.gender,
  t.age_bracket,
  t.customer_type,
  t.economic_class,
  count(*) as transactions,
  count(distinct t.store_id) as stores,
  coalesce(sum(p.net_amount), 0)::numeric(12,2) as net_amount,
  coalesce(sum(p.net_amount), 0) / count(*) as avg_transaction_value,
  count(*) filter (where t.campaign_influenced)::numeric / nullif(count(t.campaign_influenced), 0)
    as campaign_influence_rate,
  count(t.campaign_influenced) as campaign_known,
  count(*) filter (where t.campaign_influenced) as campaign_influenced
from purchases p
join scout.silver_transactions t on t.transaction_id = p.transaction_id
group by date_trunc('week', t.business_date::timestamp)::date, t.region, p.category, t.gender, t.age_bracket,
  t.customer_type, t.economic_class
