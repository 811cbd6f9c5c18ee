/*---
description: Whether a brand gains or loses, per day.
grain: [date, category, brand]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  revenue_7d_avg: {type: numeric, description: Pesos per day with sales, over the seven calendar days ending on the date.}
  revenue_wow_growth: {type: numeric, description: Against the row exactly 7 days before; null without one or when it is 0.}
  rank_in_category: {type: bigint, description: By net_amount of the date.}
  momentum_status: {type: text, description: "HIGH_MOMENTUM (growth > 0.10 and rank <= 5), GROWING (> 0), DECLINING (< -0.10), else STABLE."}
---*/
select
  date,
  category,
  brand,
  revenue_7d_avg,
  revenue_wow_growth,
  rank_in_category,
  case
    when revenue_wow_growth > 0.10 and rank_in_category <= 5 then 'HIGH_MOMENTUM'
    when revenue_wow_growth > 0 then 'GROWING'
    when revenue_wow_growth < -0.10 then 'DECLINING'
    else 'STABLE'
  end as momentum_status
from scout.platinum_features_sales_7d
