/*---
description: Sales per day, category and brand; the shares and the features of brands are made of it.
grain: [date, category, brand]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  transactions: {type: bigint, description: Distinct transactions.}
---*/
select
  business_date as date,
  category,
  brand,
  sum(units)::bigint as units,
  sum(net_amount)::numeric(12,2) as net_amount,
  count(distinct transaction_id) as transactions
from scout.silver_line_items
group by business_date, category, brand
