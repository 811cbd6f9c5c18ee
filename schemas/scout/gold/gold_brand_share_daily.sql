/*---
description: Each brand's share of its category's sales per day.
grain: [date, category, brand]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  share: {type: numeric, description: Share of the category's net_amount that date; null when that is 0.}
  transactions: {type: bigint, description: Distinct transactions.}
---*/
select
  date,
  category,
  brand,
  units,
  net_amount,
  net_amount / nullif(sum(net_amount) over (partition by date, category), 0) as share,
  transactions
from scout.rollup_brand_daily
