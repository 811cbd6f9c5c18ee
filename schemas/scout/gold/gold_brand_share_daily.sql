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
---*/
with brand_days as (
  select business_date as date, category, brand, sum(units)::bigint as units, sum(net_amount) as net_amount
  from scout.silver_line_items
  group by business_date, category, brand
)
select
  date,
  category,
  brand,
  units,
  net_amount::numeric(12,2) as net_amount,
  net_amount / nullif(sum(net_amount) over (partition by date, category), 0) as share
from brand_days
