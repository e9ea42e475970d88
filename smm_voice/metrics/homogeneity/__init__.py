"""Homogeneity: do the texts grow alike? Always against as many human posts of equal length."""
