/*---
description: Sales per day, store and brand, with and without promotion.
grain: [date, store_id, brand, promo_flag]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  store_id: {type: text, description: Store.}
  brand: {type: text, description: Brand of the line items.}
  promo_flag: {type: boolean, description: Whether the lines were sold on promotion.}
  units: {type: bigint, description: Single pieces sold, packs counted by their content; returns are negative.}
  qty: {type: bigint, description: Packs as they lie on the shelf; returns are negative.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  transactions: {type: bigint, description: Distinct transactions.}
---*/
select
  business_date as date,
  store_id,
  brand,
  promo_flag,
  sum(units)::bigint as units,
  sum(qty) as qty,
  sum(net_amount)::numeric(12,2) as net_amount,
  count(distinct transaction_id) as transactions
from scout.silver_line_items
group by business_date, store_id, brand, promo_flag
