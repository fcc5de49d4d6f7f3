"""The list of products and the page of one."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from liuke.org.access import StaffRequest, staff_may


@staff_may("goods.view")
@require_GET
def products(request: StaffRequest) -> HttpResponse:
    return render(request, "mall/products.html")
