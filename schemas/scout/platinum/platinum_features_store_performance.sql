/*---
description: A store's day against its last 7 and 28 calendar days; days without sales are absent, not zero.
grain: [date, store_id]
columns:
  date: {type: date, description: Business date in the project's time zone.}
  store_id: {type: text, description: Store.}
  net_amount: {type: "numeric(12,2)", description: Pesos after discounts.}
  transactions: {type: bigint, description: Distinct transactions.}
  revenue_7d_avg: {type: numeric, description: Pesos per day with sales.}
  revenue_28d_avg: {type: numeric, description: Pesos per day with sales.}
  revenue_7d_volatility: {type: numeric, description: Sample deviation; null for a single day.}
  acceptance_rate_7d: {type: numeric, description: Accepted among the answered suggestions of the 7 days; null when none was answered.}
  vitality_score: {type: numeric, description: "0.4 · net_amount by its 28-day mean + 0.3 · transactions by theirs + 0.3 · acceptance_rate_7d; a term that is null counts 0."}
---*/
with days as (
  select
    date,
    store_id,
    net_amount,
    transactions,
    avg(net_amount) over last_7_days as revenue_7d_avg,
    avg(net_amount) over last_28_days as revenue_28d_avg,
    avg(transactions) over last_28_days as transactions_28d_avg,
    stddev_samp(net_amount) over last_7_days as revenue_7d_volatility,
    sum(suggestions_accepted) over last_7_days / nullif(sum(suggestions_answered) over last_7_days, 0)
      as acceptance_rate_7d
  from scout.gold_store_daily
  window
    last_7_days as (partition by store_id order by date range between interval '6 days' preceding and current row),
    last_28_days as (partition by store_id order by date range between interval '27 days' preceding and current row)
)
select
  date,
  store_id,
  net_amount,
  transactions,
  revenue_7d_avg,
  revenue_28d_avg,
  revenue_7d_volatility,
  acceptance_rate_7d,
  0.4 * coalesce(net_amount / nullif(revenue_28d_avg, 0), 0)
    + 0.3 * coalesce(transactions / nullif(transactions_28d_avg, 0), 0)
    + 0.3 * coalesce(acceptance_rate_7d, 0) as vitality_score
from days
