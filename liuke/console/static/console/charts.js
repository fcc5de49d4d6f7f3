export function initCharts() {}
