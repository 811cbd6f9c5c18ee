/*---
description: A brand's sales with those of the seven calendar days ending on the date; days without sales are absent, not zero.
grain: [date, category, brand]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  category: {type: text, description: Category of the line items.}
  brand: {type: text, description: Brand of the line items.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  transactions: {type: bigint, description: Distinct transactions.}
  revenue_7d_sum: {type: numeric, description: Pesos.}
  revenue_7d_avg: {type: numeric, description: Pesos per day with sales.}
  revenue_7d_stddev: {type: numeric, description: Sample deviation; null for a single day.}
  revenue_7d_min: {type: numeric, description: Pesos.}
  revenue_7d_max: {type: numeric, description: Pesos.}
  revenue_wow_growth: {type: numeric, description: Against the row exactly 7 days before; null without one or when it is 0.}
  rank_in_category: {type: bigint, description: "By net_amount of the date, the largest first, then by brand."}
---*/
with days as (
  select
    date,
    category,
    brand,
    net_amount,
    transactions,
    sum(net_amount) over last_7_days as revenue_7d_sum,
    avg(net_amount) over last_7_days as revenue_7d_avg,
    stddev_samp(net_amount) over last_7_days as revenue_7d_stddev,
    min(net_amount) over last_7_days as revenue_7d_min,
    max(net_amount) over last_7_days as revenue_7d_max,
    row_number() over (partition by date, category order by net_amount desc, brand) as rank_in_category
  from scout.gold_brand_share_daily
  window last_7_days as (
    partition by category, brand order by date range between interval '6 days' preceding and current row
  )
)
select
  d.date,
  d.category,
  d.brand,
  d.net_amount,
  d.transactions,
  d.revenue_7d_sum,
  d.revenue_7d_avg,
  d.revenue_7d_stddev,
  d.revenue_7d_min::numeric as revenue_7d_min,
  d.revenue_7d_max::numeric as revenue_7d_max,
  d.net_amount / nullif(before.net_amount, 0) - 1 as revenue_wow_growth,
  d.rank_in_category
from days d
left join scout.gold_brand_share_daily before
  on before.date = d.date - 7 and before.category = d.category and before.brand = d.brand
